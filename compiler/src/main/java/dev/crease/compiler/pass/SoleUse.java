package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.Optional;

/// Asks for a result to be read once, by one node, so that nobody misses it when it is gone.
public final class SoleUse {
  private SoleUse() {}

  /// That `node`'s first result is read once, by one node.
  public static Preconditions of(Graph graph, Node node) {
    return Preconditions.of(
        "the result of %s is read once, and is no output".formatted(node.label()),
        obstacle(graph, node));
  }

  /// Tells of one that asks for a shape alone, but for one that no input tells.
  private static String ofShape(Graph graph, List<Node> consumers) {
    return consumers.stream()
        .filter(ShapeOfOperand::asksForShape)
        .filter(
            node ->
                graph.elements(node.output()).stream()
                    .flatMap(List::stream)
                    .anyMatch(Dim::dependsOnData))
        .findFirst()
        .map(node -> "; what %s asks for depends on data".formatted(node.label()))
        .orElse("");
  }

  /// That `node`'s first result is used `uses` times at most: by those who know of each other.
  public static Preconditions of(Graph graph, Node node, int uses) {
    Value result = node.output();
    boolean known = uses > 1 && !graph.isOutput(result) && graph.uses(result) <= uses;
    return known
        ? Preconditions.NONE.and(
            "all that read the result of %s ask for the same".formatted(node.label()))
        : of(graph, node);
  }

  private static Optional<String> obstacle(Graph graph, Node node) {
    Value result = node.output();
    if (graph.isOutput(result)) {
      return Optional.of("the result of %s is an output of the graph".formatted(node.label()));
    }
    List<Node> consumers = graph.consumers(result);
    if (consumers.size() > 1) {
      return Optional.of(
          "%s has %d consumers: %s"
                  .formatted(
                      node.label(),
                      consumers.size(),
                      String.join(", ", consumers.stream().map(Node::label).toList()))
              + ofShape(graph, consumers));
    }
    return graph.uses(result) > 1
        ? Optional.of("the result of %s is two operands of one node".formatted(node.label()))
        : Optional.empty();
  }
}
