package dev.crease.compiler.ir;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Copies a graph node by node: whatever changes a graph adds the nodes it keeps, in order, and
/// others in the place of those it does not.
///
/// What subgraphs capture moves along: the copy of a subgraph reads the copies of what the subgraph
/// read, and is inferred anew.
public final class GraphCopy {
  private final @Nullable GraphCopy outer;
  private final Graph source;
  private final GraphBuilder target;
  private final Map<Value, Value> copies = new HashMap<>();

  /// Starts a copy with all inputs, their defaults, and all constants.
  public GraphCopy(Graph source) {
    this(source, source.constants().keySet());
  }

  /// Starts a copy with all inputs, their defaults, and the constants that are wanted.
  public GraphCopy(Graph source, Set<Value> wanted) {
    this(source, wanted, null, null);
    target.reserve(source);
  }

  /// Starts a whole copy of a graph that reads values of a graph that is being built, and is no
  /// node's yet.
  public GraphCopy(Graph source, GraphBuilder around) {
    this(source, source.constants().keySet(), null, around);
    target.reserve(source);
  }

  private GraphCopy(
      Graph source, Set<Value> wanted, @Nullable GraphCopy outer, @Nullable GraphBuilder around) {
    this.outer = outer;
    this.source = source;
    this.target = new GraphBuilder(source.name(), around);
    for (Value input : source.inputs()) {
      Constant value = source.defaults().get(input);
      put(
          input,
          value == null
              ? target.input(input.name(), input.type(), source.items(input))
              : target.input(input.name(), value));
    }
    source
        .constants()
        .forEach(
            (value, constant) -> {
              if (wanted.contains(value)) {
                put(value, target.constant(value.name(), constant));
              }
            });
  }

  /// Starts the copy of a subgraph of a node that is about to be added.
  public GraphCopy inside(Graph subgraph, Set<Value> wanted) {
    return new GraphCopy(subgraph, wanted, this, target);
  }

  /// As [#inside(Graph, Set)], with all constants.
  public GraphCopy inside(Graph subgraph) {
    return inside(subgraph, subgraph.constants().keySet());
  }

  public Graph source() {
    return source;
  }

  /// Where the copy is built; what is added to it directly stands for nothing of the source.
  public GraphBuilder target() {
    return target;
  }

  /// What a value of the source, or of the graphs around it, became; itself if it is none.
  public Value map(Value value) {
    Value copy = copies.get(value);
    if (copy != null) {
      return copy;
    }
    return outer == null ? value : outer.map(value);
  }

  /// Whether anything stands for the results of `node` yet.
  public boolean has(Node node) {
    return node.outputs().stream().allMatch(value -> value.isAbsent() || copies.containsKey(value));
  }

  /// Lets `copy` stand for a value of the source from now on.
  public void put(Value value, Value copy) {
    if (!value.isAbsent()) {
      copies.put(value, copy);
    }
  }

  /// Adds a node with its subgraphs as they are.
  public List<Value> add(Node node) {
    return add(node, ControlFlow.changed(node.op(), this::whole));
  }

  /// Adds `node` with another operator, whose subgraphs are copies already. Operands are mapped;
  /// the results, declared to be of their types, stand for the node's.
  ///
  /// @throws InvalidOperandException as [GraphBuilder#add]
  public List<Value> add(Node node, Op op) {
    List<Value> results =
        target.add(
            node.name(),
            op,
            node.inputs().stream().map(this::map).toList(),
            node.outputs().stream().map(Value::name).toList(),
            node.outputs().stream()
                .filter(value -> !value.isAbsent())
                .collect(Collectors.toMap(Value::name, Value::type)));
    for (int i = 0; i < results.size(); i++) {
      put(node.output(i), results.get(i));
    }
    return results;
  }

  /// Adds the constants and nodes of a subgraph without inputs as if they were the graph's own.
  ///
  /// @return what its outputs became
  public List<Value> inline(Graph subgraph) {
    subgraph
        .constants()
        .forEach((value, constant) -> put(value, target.constant(value.name(), constant)));
    subgraph.nodes().forEach(this::add);
    return subgraph.outputs().stream().map(this::map).toList();
  }

  private Graph whole(Graph subgraph) {
    GraphCopy copy = inside(subgraph);
    subgraph.nodes().forEach(copy::add);
    return copy.build();
  }

  /// The copy, whose outputs are what the source's became.
  public Graph build() {
    source.outputs().forEach(output -> target.output(map(output)));
    return target.build();
  }
}
