package dev.crease.compiler.ir;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// An operator applied to values. Left-out optional operands and results are [Value#ABSENT];
/// trailing ones are dropped.
///
/// @param name for messages and reports; need not be unique, may be empty
public record Node(String name, Op op, List<Value> inputs, List<Value> outputs) {
  public Node {
    inputs = withoutTrailingAbsent(inputs);
    outputs = withoutTrailingAbsent(outputs);
  }

  private static List<Value> withoutTrailingAbsent(List<Value> values) {
    int count = values.size();
    while (count > 0 && values.get(count - 1).isAbsent()) {
      count--;
    }
    return List.copyOf(values.subList(0, count));
  }

  /// The operand at `index`, [Value#ABSENT] if left out.
  public Value input(int index) {
    return index < inputs.size() ? inputs.get(index) : Value.ABSENT;
  }

  public boolean hasInput(int index) {
    return !input(index).isAbsent();
  }

  /// The result at `index`, [Value#ABSENT] if left out.
  public Value output(int index) {
    return index < outputs.size() ? outputs.get(index) : Value.ABSENT;
  }

  /// The first result.
  public Value output() {
    return outputs.getFirst();
  }

  /// The operator's subgraphs, if it has any.
  public List<Graph> subgraphs() {
    return op instanceof ControlFlow control ? control.subgraphs() : List.of();
  }

  /// Values of the graphs around them that the subgraphs read, each once.
  public List<Value> captures() {
    return subgraphs().stream().flatMap(graph -> graph.captures().stream()).distinct().toList();
  }

  /// What must be there before the node runs: its operands, as often as they are listed, then its
  /// captures.
  public List<Value> reads() {
    Stream<Value> operands = inputs.stream().filter(value -> !value.isAbsent());
    return Stream.concat(operands, captures().stream()).toList();
  }

  /// The first result that is not left out; a graph's nodes have one.
  public Optional<Value> firstResult() {
    return outputs.stream().filter(value -> !value.isAbsent()).findFirst();
  }

  /// The name for people: the node's own, or that of its first result.
  public String label() {
    return op.schema().name() + " `" + (name.isEmpty() ? output().name() : name) + "`";
  }
}
