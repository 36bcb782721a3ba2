package dev.crease.compiler.plan;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.UnsupportedNodeException;
import java.util.List;

/// Replaces every node whose operator is [Composite] and not [Primitive] by what it expands to,
/// until none is left.
///
/// Values keep their names where they can; the results of expanded nodes may get others, outputs of
/// the graph among them, which stay in order.
public final class Expansion {
  /// Deeper expansions are a cycle among the operators' definitions.
  private static final int MAX_ROUNDS = 32;

  private final GraphCopy copy;

  private Expansion(GraphCopy copy) {
    this.copy = copy;
  }

  /// The graph itself if there is nothing to expand.
  ///
  /// @throws UnsupportedModelException if an operator's definition does not say what to do
  public static Graph expand(Graph graph) {
    Graph expanded = graph;
    for (int round = 0; expanded.allNodes().anyMatch(Expansion::expands); round++) {
      if (round == MAX_ROUNDS) {
        throw new IllegalStateException(
            "operators of graph " + graph.name() + " expand into each other without end");
      }
      expanded = new Expansion(new GraphCopy(expanded)).run();
    }
    return expanded;
  }

  private static boolean expands(Node node) {
    return node.op() instanceof Composite && !(node.op() instanceof Primitive);
  }

  private Graph run() {
    for (Node node : copy.source().nodes()) {
      if (expands(node)) {
        expand(node);
      } else {
        copy.add(node, moved(node));
      }
    }
    return copy.build();
  }

  /// The operator, whose subgraphs read what is around them now.
  private Op moved(Node node) {
    return ControlFlow.changed(node.op(), inner -> new Expansion(copy.inside(inner)).run());
  }

  private void expand(Node node) {
    List<Value> inputs = node.inputs().stream().map(copy::map).toList();
    Node moved = new Node(node.name(), moved(node), inputs, node.outputs());
    List<Value> results = expanded((Composite) moved.op(), moved);
    for (int i = 0; i < node.outputs().size(); i++) {
      copy.put(node.outputs().get(i), results.get(i));
    }
  }

  private List<Value> expanded(Composite op, Node node) {
    try {
      return op.expand(node, node.inputs(), copy.target());
    } catch (UnsupportedNodeException e) {
      throw new UnsupportedModelException(List.of(e.getMessage()));
    }
  }
}
