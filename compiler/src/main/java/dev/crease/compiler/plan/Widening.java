package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Arithmetic on float16 and bfloat16 as float32: operands are widened, which is exact, and each
/// result is rounded once to the type in which it is kept.
///
/// Operators that only move elements take them as they are. Constants are widened here.
final class Widening {
  private final GraphCopy copy;

  /// The widened forms of values of the source.
  private final Map<Value, Value> wide = new HashMap<>();

  private Widening(GraphCopy copy) {
    this.copy = copy;
  }

  /// The graph itself if there is nothing to widen.
  static Graph widen(Graph graph) {
    return applies(graph) ? new Widening(new GraphCopy(graph)).run() : graph;
  }

  /// Whether anything is computed with 16-bit floats.
  static boolean applies(Graph graph) {
    return graph.allNodes().anyMatch(Widening::isWidened);
  }

  /// Whether sequences or optionals are among the operands or results: only operators that move
  /// elements have those.
  private static boolean movesLists(Node node) {
    return Stream.concat(node.inputs().stream(), node.outputs().stream())
        .anyMatch(value -> !value.isAbsent() && !value.type().isTensor());
  }

  private static boolean isHalf(Value value) {
    ElementType element = value.type().element();
    return !value.isAbsent() && (element == ElementType.FLOAT16 || element == ElementType.BFLOAT16);
  }

  private static boolean isWidened(Node node) {
    return !Operators.MOVING.contains(node.op().schema())
        && !(node.op() instanceof ControlFlow)
        && !movesLists(node)
        && node.inputs().stream().anyMatch(Widening::isHalf);
  }

  private Graph run() {
    for (Node node : copy.source().nodes()) {
      if (isWidened(node)) {
        widen(node);
      } else {
        Op op = ControlFlow.changed(node.op(), inner -> new Widening(copy.inside(inner)).run());
        copy.add(node, op);
      }
    }
    return copy.build();
  }

  private void widen(Node node) {
    List<Value> operands = new ArrayList<>();
    for (Value operand : node.inputs()) {
      operands.add(isHalf(operand) ? widened(operand) : copy.map(operand));
    }
    List<String> names = new ArrayList<>();
    Map<String, TensorType> declared = new HashMap<>();
    for (Value result : node.outputs()) {
      String name =
          isHalf(result) ? copy.target().freshName(result.name() + ".f32") : result.name();
      names.add(name);
      if (!result.isAbsent()) {
        declared.put(
            name, isHalf(result) ? result.type().withElement(ElementType.FLOAT32) : result.type());
      }
    }
    List<Value> results = copy.target().add(node.name(), node.op(), operands, names, declared);
    for (int i = 0; i < results.size(); i++) {
      Value result = node.output(i);
      copy.put(result, isHalf(result) ? rounded(result, results.get(i)) : results.get(i));
    }
  }

  private Value widened(Value operand) {
    Value known = wide.get(operand);
    if (known != null) {
      return known;
    }
    String name = copy.target().freshName(operand.name() + ".f32");
    Value value =
        copy.source()
            .constant(operand)
            .map(constant -> copy.target().constant(name, widened(constant)))
            .orElseGet(() -> cast(copy.map(operand), name, ElementType.FLOAT32));
    wide.put(operand, value);
    return value;
  }

  private static Constant widened(Constant half) {
    return Constant.derived(ElementType.FLOAT32, half.dims(), half::doubles);
  }

  private Value rounded(Value result, Value inFloat) {
    return cast(inFloat, result.name(), result.type().element());
  }

  private Value cast(Value x, String name, ElementType element) {
    return copy.target().add("", new Cast(element), List.of(x), List.of(name)).getFirst();
  }
}
