package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A computation: nodes in topological order over inputs and constants. Immutable; made by
/// [GraphBuilder].
///
/// A default is an input's value when the caller gives none (an initializer that a model of IR
/// version 4 or later also lists as an input). It is not a constant: no pass may rely on it.
public final class Graph {
  private final String name;
  private final List<Value> inputs;
  private final Map<Value, Constant> defaults;
  private final Map<Value, Constant> constants;
  private final List<Node> nodes;
  private final List<Value> outputs;
  private final Map<Value, List<Dim>> elements;

  private final Map<Value, Node> producers = new HashMap<>();
  private final Map<Value, List<Node>> consumers = new HashMap<>();
  private final Set<Value> outputSet;

  Graph(
      String name,
      List<Value> inputs,
      Map<Value, Constant> defaults,
      Map<Value, Constant> constants,
      List<Node> nodes,
      List<Value> outputs,
      Map<Value, List<Dim>> elements) {
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
    this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    this.elements = Collections.unmodifiableMap(new HashMap<>(elements));
    this.outputSet = new HashSet<>(outputs);
    for (Node node : this.nodes) {
      node.outputs().forEach(value -> producers.put(value, node));
      for (Value value : new HashSet<>(node.inputs())) {
        if (!value.isAbsent()) {
          consumers.computeIfAbsent(value, _ -> new ArrayList<>()).add(node);
        }
      }
    }
  }

  public String name() {
    return name;
  }

  public List<Value> inputs() {
    return inputs;
  }

  /// Values of inputs that the caller may leave out, in order.
  public Map<Value, Constant> defaults() {
    return defaults;
  }

  /// All constants, in order.
  public Map<Value, Constant> constants() {
    return constants;
  }

  public Optional<Constant> constant(Value value) {
    return Optional.ofNullable(constants.get(value));
  }

  /// Nodes in topological order.
  public List<Node> nodes() {
    return nodes;
  }

  public List<Value> outputs() {
    return outputs;
  }

  public boolean isOutput(Value value) {
    return outputSet.contains(value);
  }

  /// The node that computes `value`; empty for inputs and constants.
  public Optional<Node> producer(Value value) {
    return Optional.ofNullable(producers.get(value));
  }

  /// The distinct nodes that read `value`, in order.
  public List<Node> consumers(Value value) {
    return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
  }

  /// How often `value` is used: once for each operand it is and each output it is.
  public int uses(Value value) {
    int uses = 0;
    for (Node node : consumers(value)) {
      uses += Collections.frequency(node.inputs(), value);
    }
    return uses + Collections.frequency(outputs, value);
  }

  /// The elements of an integer value of rank 0 or 1, if they are known symbolically.
  public Optional<List<Dim>> elements(Value value) {
    return Optional.ofNullable(elements.get(value));
  }

  /// Structural equality: the same names, types, operators, and constants, bit for bit.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Graph that
        && name.equals(that.name)
        && inputs.equals(that.inputs)
        && outputs.equals(that.outputs)
        && nodes.equals(that.nodes)
        && defaults.equals(that.defaults)
        && constants.equals(that.constants);
  }

  @Override
  public int hashCode() {
    return nodes.hashCode();
  }

  @Override
  public String toString() {
    return "graph %s: %d inputs, %d constants, %d nodes, %d outputs"
        .formatted(name, inputs.size(), constants.size(), nodes.size(), outputs.size());
  }
}
