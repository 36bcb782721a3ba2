package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A computation: nodes in topological order over inputs and constants. Immutable; made by
/// [GraphBuilder].
///
/// A default is an input's value when the caller gives none (an initializer that a model of IR
/// version 4 or later also lists as an input). It is not a constant: no pass may rely on it.
///
/// A node may have subgraphs ([ControlFlow]), which read values of the graphs around them by name.
/// To the node's graph that is a use like any other. Names are unique in a graph and all graphs
/// inside it, so a value is the same wherever its name is read.
public final class Graph {
  private final String name;
  private final List<Value> inputs;
  private final Map<Value, Constant> defaults;
  private final Map<Value, Constant> constants;
  private final List<Node> nodes;
  private final List<Value> outputs;
  private final List<Value> captures;
  private final Facts facts;

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
      Facts facts) {
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
    this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    this.facts = facts;
    this.outputSet = new HashSet<>(outputs);
    for (Node node : this.nodes) {
      node.outputs().forEach(value -> producers.put(value, node));
      for (Value value : new HashSet<>(node.reads())) {
        consumers.computeIfAbsent(value, _ -> new ArrayList<>()).add(node);
      }
    }
    this.captures = findCaptures();
  }

  private List<Value> findCaptures() {
    Set<Value> read = new LinkedHashSet<>();
    nodes.forEach(node -> read.addAll(node.reads()));
    read.addAll(outputs);
    read.removeAll(producers.keySet());
    read.removeAll(constants.keySet());
    inputs.forEach(read::remove);
    return List.copyOf(read);
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

  /// The elements of `value`, if it is a constant of this graph or a captured one.
  public Optional<Constant> constant(Value value) {
    Constant own = constants.get(value);
    return Optional.ofNullable(own != null ? own : facts.captured().get(value));
  }

  /// Values of the graphs around that this one reads, its subgraphs included; none for a whole
  /// model.
  public List<Value> captures() {
    return captures;
  }

  /// Nodes in topological order.
  public List<Node> nodes() {
    return nodes;
  }

  /// The nodes of this graph and of all graphs inside it, each followed by those of its subgraphs.
  public Stream<Node> allNodes() {
    return nodes.stream()
        .flatMap(
            node ->
                Stream.concat(Stream.of(node), node.subgraphs().stream().flatMap(Graph::allNodes)));
  }

  /// This graph and all graphs inside it.
  public Stream<Graph> allGraphs() {
    return Stream.concat(Stream.of(this), allNodes().flatMap(node -> node.subgraphs().stream()));
  }

  /// All values that this graph and the graphs inside it define.
  public Stream<Value> allValues() {
    Stream<Value> leaves =
        allGraphs()
            .flatMap(
                graph -> Stream.concat(graph.inputs.stream(), graph.constants.keySet().stream()));
    Stream<Value> results = allNodes().flatMap(node -> node.outputs().stream());
    return Stream.concat(leaves, results.filter(value -> !value.isAbsent()));
  }

  public List<Value> outputs() {
    return outputs;
  }

  public boolean isOutput(Value value) {
    return outputSet.contains(value);
  }

  /// The node that computes `value`; empty for inputs, constants and captured values.
  public Optional<Node> producer(Value value) {
    return Optional.ofNullable(producers.get(value));
  }

  /// The distinct nodes that read `value`, by themselves or in a subgraph, in order.
  public List<Node> consumers(Value value) {
    return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
  }

  /// How often `value` is used: once for each operand it is, each node whose subgraphs capture it,
  /// and each output it is.
  public int uses(Value value) {
    int uses = 0;
    for (Node node : consumers(value)) {
      uses += Collections.frequency(node.reads(), value);
    }
    return uses + Collections.frequency(outputs, value);
  }

  /// The elements of an integer value of rank 0 or 1, or a boolean one (0 and 1), if they are known
  /// symbolically.
  public Optional<List<Dim>> elements(Value value) {
    return Optional.ofNullable(facts.elements().get(value));
  }

  /// What is known of the tensors in a sequence or an optional.
  public Items items(Value value) {
    return facts.items().getOrDefault(value, Items.unknown());
  }

  /// The part of this graph that computes `results` from `leaves` and constants: a graph that
  /// shares its values, with the leaves that it needs as inputs, in their order.
  ///
  /// @throws IllegalArgumentException if it also needs an input or a captured value that is no leaf
  public Graph between(List<Value> leaves, List<Value> results) {
    Set<Value> needed = new LinkedHashSet<>(results);
    List<Node> inside = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      boolean wanted =
          node.outputs().stream()
              .anyMatch(value -> needed.contains(value) && !leaves.contains(value));
      if (wanted) {
        inside.addFirst(node);
        needed.addAll(node.reads());
      }
    }
    inside.forEach(node -> node.outputs().forEach(needed::remove));
    Map<Value, Constant> known = new LinkedHashMap<>();
    needed.forEach(value -> constant(value).ifPresent(elements -> known.put(value, elements)));
    needed.removeAll(known.keySet());
    List<Value> read = leaves.stream().distinct().filter(needed::remove).toList();
    if (!needed.isEmpty()) {
      throw new IllegalArgumentException(
          "%s cannot be computed from %s alone, only with %s".formatted(results, leaves, needed));
    }
    return new Graph(name, read, Map.of(), known, inside, results, facts);
  }

  /// This graph with more inputs, which nothing in it reads.
  Graph alsoReading(List<Value> more) {
    List<Value> all = new ArrayList<>(inputs);
    all.addAll(more);
    return more.isEmpty() ? this : new Graph(name, all, defaults, constants, nodes, outputs, facts);
  }

  /// Structural equality: the same names, types, operators, and constants, bit for bit.
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
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
