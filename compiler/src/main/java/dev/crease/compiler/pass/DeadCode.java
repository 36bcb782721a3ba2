package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema.Arity;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `y = f(x); return x -> return x`
///
/// Drops nodes and constants that no output depends on, and optional results that nobody reads.
/// Inputs stay, read or not: they are the model's face. Not a rule, since no node can be judged
/// before all that follow it; the runner applies it after every sweep.
final class DeadCode {
  private DeadCode() {}

  /// The graph without what is dead; the same object if nothing is.
  static Graph remove(Graph graph) {
    Set<Value> live = new HashSet<>(graph.outputs());
    List<Node> kept = new ArrayList<>();
    boolean trimmed = false;
    for (Node node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(live::contains)) {
        kept.add(node);
        live.addAll(node.inputs());
        trimmed |=
            !resultNames(node, live).equals(node.outputs().stream().map(Value::name).toList());
      }
    }
    boolean deadConstants = !live.containsAll(graph.constants().keySet());
    if (kept.size() == graph.nodes().size() && !trimmed && !deadConstants) {
      return graph;
    }
    GraphCopy copy = new GraphCopy(graph, live);
    kept.reversed().forEach(node -> copy.add(node, resultNames(node, live)));
    return copy.build();
  }

  private static List<String> resultNames(Node node, Set<Value> live) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      Value result = node.output(i);
      boolean dropped = isOptional(node, i) && !live.contains(result);
      names.add(dropped ? "" : result.name());
    }
    return names;
  }

  private static boolean isOptional(Node node, int result) {
    var parameters = node.op().schema().outputs();
    return result < parameters.size() && parameters.get(result).arity() == Arity.OPTIONAL;
  }
}
