package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.Primitive;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Replaces every node whose operator is [Composite] and not [Primitive] by what it expands to,
/// until none is left.
///
/// Values keep their names where they can; the results of expanded nodes may get others, outputs of
/// the graph among them, which stay in order.
public final class Expansion {
  /// Deeper expansions are a cycle among the operators' definitions.
  private static final int MAX_ROUNDS = 32;

  private final Graph graph;
  private final GraphBuilder out;
  private final Map<Value, Value> renamed = new HashMap<>();

  private Expansion(Graph graph) {
    this.graph = graph;
    this.out = new GraphBuilder(graph.name());
  }

  /// The graph itself if there is nothing to expand.
  public static Graph expand(Graph graph) {
    Graph expanded = graph;
    for (int round = 0; expanded.nodes().stream().anyMatch(Expansion::expands); round++) {
      if (round == MAX_ROUNDS) {
        throw new IllegalStateException(
            "operators of graph " + graph.name() + " expand into each other without end");
      }
      expanded = new Expansion(expanded).run();
    }
    return expanded;
  }

  private static boolean expands(Node node) {
    return node.op() instanceof Composite && !(node.op() instanceof Primitive);
  }

  private Graph run() {
    Set<String> taken = new HashSet<>();
    graph.inputs().forEach(value -> taken.add(value.name()));
    graph.constants().keySet().forEach(value -> taken.add(value.name()));
    graph.nodes().forEach(node -> node.outputs().forEach(value -> taken.add(value.name())));
    out.reserve(taken);
    for (Value input : graph.inputs()) {
      Optional<Constant> value = Optional.ofNullable(graph.defaults().get(input));
      Value copy =
          value.isPresent()
              ? out.input(input.name(), value.get())
              : out.input(input.name(), input.type());
      renamed.put(input, copy);
    }
    graph
        .constants()
        .forEach((value, constant) -> renamed.put(value, out.constant(value.name(), constant)));
    graph.nodes().forEach(this::copy);
    graph.outputs().forEach(value -> out.output(now(value)));
    return out.build();
  }

  private void copy(Node node) {
    List<Value> inputs = node.inputs().stream().map(this::now).toList();
    List<Value> results;
    if (expands(node)) {
      Node moved = new Node(node.name(), node.op(), inputs, node.outputs());
      results = ((Composite) node.op()).expand(moved, inputs, out);
    } else {
      List<String> names = node.outputs().stream().map(Value::name).toList();
      Map<String, TensorType> types = new HashMap<>();
      node.outputs().forEach(value -> types.put(value.name(), value.type()));
      results = out.add(node.name(), node.op(), inputs, names, types);
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      renamed.put(node.outputs().get(i), results.get(i));
    }
  }

  private Value now(Value value) {
    return value.isAbsent() ? value : renamed.getOrDefault(value, value);
  }
}
