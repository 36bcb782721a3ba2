package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// One node of the optimized graph, lowered, packed and run by itself, against its reference
/// evaluation on the same inputs, within the running error bound of float32: what is off here no
/// rewrite has done.
final class LayerCheck {
  private static final int MOST_POSITIONS = 10;

  private final Graph graph;
  private final Node node;
  private final GraphRunner runner;
  private final Optional<Budget> budget;

  /// @param graph the graph that the node is of, for its constants
  /// @param budget what the user accepts
  LayerCheck(Graph graph, Node node, GraphRunner runner, Optional<Budget> budget) {
    this.graph = graph;
    this.node = node;
    this.runner = runner;
    this.budget = budget;
  }

  /// Whether nodes like this can be run by themselves on what was captured.
  static boolean isPossible(Node node) {
    return node.subgraphs().isEmpty()
        && node.reads().stream().allMatch(value -> value.type().element() != ElementType.STRING)
        && Stream.concat(node.inputs().stream(), node.outputs().stream())
            .allMatch(value -> value.type().isTensor());
  }

  /// What came of it.
  ///
  /// @param error the root mean square of how far elements were off, relative to that of the
  ///   elements; not a number if not all are finite
  record Result(Difference difference, double error) {}

  /// Empty if the node cannot be run by itself.
  ///
  /// @param captured the node's computed operands
  Optional<Result> run(Map<Value, DoubleTensor> captured) {
    Map<Value, Approximation> operands = new HashMap<>();
    captured.forEach((value, tensor) -> operands.put(value, Approximation.exact(tensor).rounded()));
    if (Cut.allows(node.op())) {
      Map<Value, Approximation> small = new HashMap<>();
      operands.forEach(
          (value, x) -> small.put(value, Approximation.exact(Cut.to(MOST_POSITIONS, x.tensor()))));
      try {
        return compare(small);
      } catch (InvalidOperandException e) {
        // Its operands fit together only as large as they are.
        return compare(operands);
      }
    }
    return compare(operands);
  }

  /// @throws InvalidOperandException if the operands do not fit together
  private Optional<Result> compare(Map<Value, Approximation> operands) {
    List<Approximation> inputs = new ArrayList<>();
    Graph layer = layer(operands, inputs);
    ErrorAnalysis.Result expected =
        new ErrorAnalysis(Rounding.FLOAT, Approximation::stored).run(layer, inputs, (_, _) -> {});
    List<Tensor> tensors = inputs.stream().map(input -> input.tensor().toTensor()).toList();
    return runner
        .run(layer, tensors)
        .map(outputs -> new Result(difference(expected, outputs), error(expected, outputs)));
  }

  /// The node as a graph of its own. Floating-point operands are inputs; whole numbers, which
  /// decide shapes, are constants.
  private Graph layer(Map<Value, Approximation> operands, List<Approximation> inputs) {
    GraphBuilder builder = new GraphBuilder(node.label());
    Map<Value, Value> given = new HashMap<>();
    for (Value value : node.inputs()) {
      if (value.isAbsent() || given.containsKey(value)) {
        continue;
      }
      Approximation operand = operands.get(value);
      if (operand != null && operand.tensor().type().isFloating()) {
        given.put(value, builder.input(value.name(), RunOperands.type(operand.tensor())));
        inputs.add(operand);
      } else {
        Constant constant =
            operand == null
                ? graph.constant(value).orElseThrow()
                : Constant.of(operand.tensor().toTensor());
        given.put(value, builder.constant(value.name(), constant));
      }
    }
    List<String> names = new ArrayList<>();
    for (Value output : node.outputs()) {
      names.add(builder.freshName(output.isAbsent() ? "unused" : output.name()));
    }
    List<Value> read =
        node.inputs().stream().map(value -> given.getOrDefault(value, Value.ABSENT)).toList();
    builder.add(node.name(), node.op(), read, names).forEach(builder::output);
    return builder.build();
  }

  private static double error(ErrorAnalysis.Result expected, List<Tensor> actual) {
    double ofErrors = 0;
    double ofElements = 0;
    for (int i = 0; i < actual.size(); i++) {
      DoubleTensor y = expected.outputs().get(i).tensor();
      if (!y.type().isFloating()) {
        continue;
      }
      double[] z = DoubleTensor.of(actual.get(i)).data();
      // Another shape is told as a difference.
      boolean comparable = z.length == y.data().length;
      for (int j = 0; comparable && j < z.length; j++) {
        ofErrors += (z[j] - y.data()[j]) * (z[j] - y.data()[j]);
        ofElements += y.data()[j] * y.data()[j];
      }
    }
    return ofErrors == 0 ? 0 : Math.sqrt(ofErrors / ofElements);
  }

  private Difference difference(ErrorAnalysis.Result expected, List<Tensor> actual) {
    Difference difference = Difference.NONE;
    for (int i = 0; i < actual.size(); i++) {
      Approximation y = stored(expected.outputs().get(i));
      if (!DoubleTensor.holds(actual.get(i))) {
        return Difference.problem("expected %s, got integers beyond 2^53".formatted(y.tensor()));
      }
      Approximation z = Approximation.exact(DoubleTensor.of(actual.get(i)));
      double largest =
          y.tensor().type() == ElementType.FLOAT32 ? Float.MAX_VALUE : Double.POSITIVE_INFINITY;
      difference = difference.and(Difference.of(y, z, expected.bounded(), largest, false, budget));
    }
    return difference;
  }

  /// Results of other types than float32 are rounded once more when they are stored; what rounds
  /// nothing is a Cast at most, which stores the nearest float32.
  private static Approximation stored(Approximation y) {
    ElementType type = y.tensor().type();
    if (type == ElementType.FLOAT32) {
      return y.isExact() ? y.rounded() : y;
    }
    if (!type.isFloating()) {
      return y;
    }
    double[] radius = Rounding.ofStored(type, y.data());
    for (int i = 0; i < radius.length; i++) {
      radius[i] = 2 * radius[i] + y.radius(i);
    }
    return new Approximation(y.tensor(), radius);
  }
}
