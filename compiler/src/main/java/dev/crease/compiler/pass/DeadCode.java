package dev.crease.compiler.pass;

import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema.Arity;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `y = f(x); return x -> return x`
///
/// Drops nodes and constants that no output depends on, in subgraphs too, and optional results that
/// nobody reads. Inputs stay, read or not: they are the model's face; so do a subgraph's outputs.
/// Not a rule, since no node can be judged before all that follow it; the runner applies it after
/// every sweep.
final class DeadCode {
  private final Set<Value> live = new HashSet<>();

  private DeadCode() {}

  /// The graph without what is dead; the same object if nothing is.
  static Graph remove(Graph graph) {
    DeadCode dead = new DeadCode();
    dead.mark(graph);
    return dead.isClean(graph) ? graph : dead.copy(new GraphCopy(graph, dead.live));
  }

  private void mark(Graph graph) {
    live.addAll(graph.outputs());
    for (Node node : graph.nodes().reversed()) {
      if (isLive(node)) {
        node.inputs().stream().filter(value -> !value.isAbsent()).forEach(live::add);
        node.subgraphs().forEach(this::mark);
      }
    }
  }

  private boolean isLive(Node node) {
    return node.outputs().stream().anyMatch(live::contains);
  }

  private boolean isClean(Graph graph) {
    return live.containsAll(graph.constants().keySet())
        && graph.nodes().stream()
            .allMatch(
                node ->
                    isLive(node)
                        && trimmed(node).outputs().equals(node.outputs())
                        && node.subgraphs().stream().allMatch(this::isClean));
  }

  private Graph copy(GraphCopy copy) {
    for (Node node : copy.source().nodes()) {
      if (isLive(node)) {
        copy.add(
            trimmed(node), ControlFlow.changed(node.op(), inner -> copy(copy.inside(inner, live))));
      }
    }
    return copy.build();
  }

  private Node trimmed(Node node) {
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      Value result = node.output(i);
      boolean dropped = isOptional(node, i) && !live.contains(result);
      results.add(dropped ? Value.ABSENT : result);
    }
    return new Node(node.name(), node.op(), node.inputs(), results);
  }

  private static boolean isOptional(Node node, int result) {
    var parameters = node.op().schema().outputs();
    return result < parameters.size() && parameters.get(result).arity() == Arity.OPTIONAL;
  }
}
