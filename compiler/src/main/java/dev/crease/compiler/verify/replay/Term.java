package dev.crease.compiler.verify.replay;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.stream.IntStream;

/// What a value of a replayed graph is, independent of its name.
sealed interface Term {
  /// The same for terms that are equal expressions; see [Numbering].
  int number();

  record Input(int number, String name, TensorType type) implements Term {}

  /// An input of a subgraph, whatever its operator gives it.
  record Bound(int number, String name) implements Term {}

  record Known(int number, Constant constant) implements Term {
    boolean has(Constant other) {
      return constant == other || constant.equals(other);
    }
  }

  /// A result of a node.
  record Part(int number, Applied node, int index) implements Term {}

  /// What this is a copy of; itself, if it is none.
  default Term original() {
    Term term = this;
    while (term instanceof Part(int _, Applied node, int _) && node.function().copies()) {
      term = node.operands().getFirst();
    }
    return term;
  }

  /// Stands where an optional operand is left out.
  record Absent() implements Term {
    static final Absent TERM = new Absent();

    @Override
    public int number() {
      return -1;
    }
  }

  /// A node by what it reads. Not a record: two nodes are two places for a rewrite, whatever they
  /// compute.
  final class Applied {
    private final Function function;
    private final List<Term> operands;
    private final List<Body> bodies;
    private final List<Term> parts;
    private final String label;

    Applied(
        Function function,
        List<Term> operands,
        List<Body> bodies,
        List<Integer> partNumbers,
        String label) {
      this.function = function;
      this.operands = List.copyOf(operands);
      this.bodies = List.copyOf(bodies);
      this.parts =
          IntStream.range(0, partNumbers.size())
              .mapToObj(i -> (Term) new Part(partNumbers.get(i), this, i))
              .toList();
      this.label = label;
    }

    Function function() {
      return function;
    }

    List<Term> operands() {
      return operands;
    }

    List<Body> bodies() {
      return bodies;
    }

    List<Term> parts() {
      return parts;
    }

    String label() {
      return label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /// An operator without its subgraphs.
  ///
  /// @param operator equal for equal operators with equal attributes
  /// @param random whether two applications to the same operands may give different results
  /// @param copies whether the result is the operand; the number of both is the same then
  record Function(Object operator, boolean random, boolean copies) {}

  /// What a graph or subgraph is given, its nodes, in order, and what it returns.
  record Body(List<Term> inputs, List<Applied> nodes, List<Term> outputs) {
    public Body {
      inputs = List.copyOf(inputs);
      nodes = List.copyOf(nodes);
      outputs = List.copyOf(outputs);
    }
  }

  /// The value's name for messages.
  static String name(Value value) {
    return "`" + value.name() + "`";
  }
}
