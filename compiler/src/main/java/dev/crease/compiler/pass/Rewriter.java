package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Identity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds a graph from a source graph, node by node: what a rule writes into.
///
/// Operands may be given as values of the source or as values that this rewriter returned; the
/// former are mapped to what they became. Inputs and constants of the source are there from the
/// start; constants are shared, never changed.
public final class Rewriter {
  private final Graph source;
  private final GraphBuilder target;
  private final Map<Value, Value> moved = new HashMap<>();
  private final Map<Value, Constant> constants = new HashMap<>();
  private final Map<String, String> renamed = new LinkedHashMap<>();
  private int emissions;

  Rewriter(Graph source) {
    this.source = source;
    this.target = new GraphBuilder(source.name());
    target.reserve(namesOf(source));
    GraphCopy.copyLeaves(source, source.constants().keySet(), target, moved);
    source.constants().forEach((value, constant) -> constants.put(moved.get(value), constant));
  }

  private static Set<String> namesOf(Graph graph) {
    Set<String> names = new HashSet<>();
    graph.inputs().forEach(value -> names.add(value.name()));
    graph.constants().keySet().forEach(value -> names.add(value.name()));
    graph.nodes().forEach(node -> node.outputs().forEach(value -> names.add(value.name())));
    return names;
  }

  /// The graph that is being rewritten: for producers, consumers, constants and uses.
  public Graph source() {
    return source;
  }

  /// What `value` became; itself, if it is not of the source.
  public Value map(Value value) {
    return moved.getOrDefault(value, value);
  }

  /// The constant that `value` is or became.
  public Optional<Constant> constant(Value value) {
    return Optional.ofNullable(constants.get(map(value)));
  }

  /// A new constant under a fresh name: `stem`, or `stem.1`, `stem.2`, ...
  public Value constant(String stem, Constant constant) {
    emissions++;
    Value value = target.constant(target.freshName(stem), constant);
    constants.put(value, constant);
    return value;
  }

  /// An additional node with one result, under a fresh name.
  public Value emit(String stem, Op op, Value... operands) {
    emissions++;
    List<Value> mapped = Arrays.stream(operands).map(this::map).toList();
    return target.add("", op, mapped, List.of(target.freshName(stem))).getFirst();
  }

  /// Puts a node of `op` in `node`'s place: same node name, same result names.
  public void replace(Node node, Op op, List<Value> operands) {
    replace(node, node.name(), op, operands);
  }

  /// Puts a node of `op`, named `nodeName`, in `node`'s place, with the same result names.
  ///
  /// @throws IllegalStateException if a result would get another type
  public void replace(Node node, String nodeName, Op op, List<Value> operands) {
    emissions++;
    List<Value> mapped = operands.stream().map(this::map).toList();
    List<String> names = node.outputs().stream().map(Value::name).toList();
    Map<String, TensorType> declared = new HashMap<>();
    node.outputs().forEach(value -> declared.put(value.name(), value.type()));
    List<Value> results = target.add(nodeName, op, mapped, names, declared);
    for (int i = 0; i < results.size(); i++) {
      move(node, node.output(i), results.get(i));
    }
  }

  /// Lets the readers of `node`'s results read `values` instead. A result that is an output of the
  /// graph keeps its name: the value is renamed, or copied if it is an input, a constant or another
  /// output.
  ///
  /// @throws IllegalStateException if a value has another type than the result it stands for
  public void replaceBy(Node node, List<Value> values) {
    emissions++;
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isAbsent()) {
        move(node, node.output(i), map(values.get(i)));
      }
    }
  }

  /// Lets the readers of `node`'s results read `results` instead, under their names.
  ///
  /// @param results one for each result that is not left out
  public void replaceByConstants(Node node, List<Constant> results) {
    emissions++;
    Iterator<Constant> next = results.iterator();
    for (Value old : node.outputs()) {
      if (!old.isAbsent()) {
        Constant constant = next.next();
        Value value = target.constant(old.name(), constant);
        constants.put(value, constant);
        move(node, old, value);
      }
    }
  }

  private void move(Node node, Value old, Value replacement) {
    if (old.isAbsent()) {
      return;
    }
    if (!replacement.type().agreesWith(old.type())) {
      throw new IllegalStateException(
          "result `%s` of %s would become %s".formatted(old, node.label(), replacement.type()));
    }
    moved.put(old, replacement);
  }

  void keep(Node node) {
    replace(node, node.op(), node.inputs());
  }

  /// Counts what rules emitted, so that the runner can tell whether one emitted anything.
  int emissions() {
    return emissions;
  }

  boolean hasMoved(Node node) {
    return node.outputs().stream().allMatch(moved::containsKey);
  }

  /// Results that took the name of a graph output they stand for: old name to new.
  Map<String, String> renamed() {
    return renamed;
  }

  Graph build() {
    Map<Value, String> newNames = new LinkedHashMap<>();
    Set<String> outputNames = new HashSet<>();
    source.outputs().forEach(output -> outputNames.add(output.name()));
    Set<Value> leaves = new HashSet<>(constants.keySet());
    source.inputs().forEach(input -> leaves.add(map(input)));
    for (Value output : new LinkedHashSet<>(source.outputs())) {
      Value value = map(output);
      if (value.name().equals(output.name())) {
        continue;
      }
      boolean takesName =
          !leaves.contains(value)
              && !outputNames.contains(value.name())
              && !newNames.containsKey(value);
      if (takesName) {
        newNames.put(value, output.name());
        renamed.put(value.name(), output.name());
      } else {
        Map<String, TensorType> declared = Map.of(output.name(), output.type());
        moved.put(
            output,
            target
                .add("", new Identity(), List.of(value), List.of(output.name()), declared)
                .getFirst());
      }
    }
    source.outputs().forEach(output -> target.output(map(output)));
    Graph built = target.build();
    return newNames.isEmpty() ? built : rename(built, newNames);
  }

  private static Graph rename(Graph graph, Map<Value, String> newNames) {
    GraphCopy copy = new GraphCopy(graph);
    for (Node node : graph.nodes()) {
      List<String> names =
          node.outputs().stream().map(v -> newNames.getOrDefault(v, v.name())).toList();
      copy.add(node, names);
    }
    return copy.build();
  }
}
