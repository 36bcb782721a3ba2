package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.tensor.Identity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether two graphs do the same operations on the same numbers, so that not a bit can differ:
/// composite operators stand for what they are defined by, copies for what they copy, and the
/// operands of a sum or product have no order.
final class SameComputation {
  /// Larger constants are equal only if they are one.
  private static final int MAX_COMPARED_ELEMENTS = 4096;

  /// A result of an operator on numbered terms.
  private record Result(Op op, List<Integer> operands, int index) {}

  /// A constant that equals itself alone.
  private record Identified(Constant constant) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Identified that && constant == that.constant;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(constant);
    }
  }

  /// A number for each input, constant and result: equal numbers are equal computations.
  private final Map<Object, Integer> terms = new HashMap<>();

  private SameComputation() {}

  static boolean holds(Replacement replacement) {
    SameComputation sides = new SameComputation();
    Map<Value, Integer> before = new HashMap<>();
    Map<Value, Integer> after = new HashMap<>();
    for (int i = 0; i < replacement.images().size(); i++) {
      Value image = replacement.images().get(i);
      Integer input = sides.number(image);
      before.put(replacement.before().inputs().get(i), input);
      after.put(image, input);
    }
    return sides
        .outputs(replacement.before(), before)
        .equals(sides.outputs(replacement.after(), after));
  }

  private Integer number(Object term) {
    Integer known = terms.putIfAbsent(term, terms.size());
    return known == null ? terms.size() - 1 : known;
  }

  private List<Integer> outputs(Graph graph, Map<Value, Integer> known) {
    for (Node node : graph.nodes()) {
      List<Integer> results = results(graph, node, known);
      for (int i = 0; i < node.outputs().size(); i++) {
        known.put(node.output(i), results.get(i));
      }
    }
    return graph.outputs().stream().map(value -> read(graph, value, known)).toList();
  }

  private Integer read(Graph graph, Value value, Map<Value, Integer> known) {
    if (value.isAbsent()) {
      return number(Value.ABSENT);
    }
    Integer term = known.get(value);
    if (term == null) {
      term = number(graph.constant(value).map(SameComputation::content).orElse(value));
      known.put(value, term);
    }
    return term;
  }

  /// The elements of a small constant; a large one is known by the object it is.
  private static Object content(Constant constant) {
    return constant.elements() <= MAX_COMPARED_ELEMENTS ? constant : new Identified(constant);
  }

  private List<Integer> results(Graph graph, Node node, Map<Value, Integer> known) {
    List<Integer> operands = new ArrayList<>();
    node.inputs().forEach(value -> operands.add(read(graph, value, known)));
    if (node.op() instanceof Identity) {
      return operands;
    }
    if (node.op() instanceof Composite composite && node.subgraphs().isEmpty()) {
      return expanded(node, composite, operands);
    }
    if (commutes(op(node))) {
      Collections.sort(operands);
    }
    node.captures().forEach(value -> operands.add(read(graph, value, known)));
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      results.add(number(new Result(op(node), List.copyOf(operands), i)));
    }
    return results;
  }

  /// A sum of two is written in two ways.
  private static Op op(Node node) {
    boolean sumOfTwo =
        node.op() instanceof Variadic(var function)
            && function == Variadic.Function.SUM
            && node.inputs().size() == 2;
    return sumOfTwo ? new Arithmetic(Arithmetic.Function.ADD) : node.op();
  }

  private static boolean commutes(Op op) {
    return op instanceof Arithmetic(var function)
        && switch (function) {
          case ADD, MUL -> true;
          case SUB, DIV -> false;
        };
  }

  private List<Integer> expanded(Node node, Composite op, List<Integer> operands) {
    GraphBuilder builder = new GraphBuilder(node.label());
    Map<Value, Integer> known = new HashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      if (node.hasInput(i)) {
        Value input = builder.input("operand" + i, node.input(i).type());
        known.put(input, operands.get(i));
        inputs.add(input);
      } else {
        inputs.add(Value.ABSENT);
      }
    }
    op.expand(node, inputs, builder).forEach(builder::output);
    return outputs(builder.build(), known);
  }
}
