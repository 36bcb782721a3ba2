package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A model with what several rules look at.
///
/// @param normalizations every BatchNormalization, those in subgraphs too
record LintedModel(Graph graph, List<Normalization> normalizations) {
  LintedModel {
    normalizations = List.copyOf(normalizations);
  }

  static LintedModel of(Graph graph) {
    List<Normalization> found = new ArrayList<>();
    collect(graph, graph, Optional.empty(), found);
    return new LintedModel(graph, found);
  }

  private static void collect(
      Graph model, Graph graph, Optional<Node> around, List<Normalization> found) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof BatchNormalization op) {
        found.add(
            new Normalization(
                graph,
                around,
                node,
                op,
                parameter(model, graph, node.input(1)),
                parameter(model, graph, node.input(2)),
                parameter(model, graph, node.input(3)),
                parameter(model, graph, node.input(4))));
      }
      node.subgraphs().forEach(inner -> collect(model, inner, Optional.of(node), found));
    }
  }

  private static Optional<double[]> parameter(Graph model, Graph graph, Value value) {
    return known(model, graph, value).map(Constant::doubles);
  }

  /// The elements of a constant, or of an input that has a default: both are what the model says.
  static Optional<Constant> known(Graph model, Graph graph, Value value) {
    return graph.constant(value).or(() -> Optional.ofNullable(model.defaults().get(value)));
  }
}
