package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;

/// What was found about one node of the optimized graph, run by the runtime's kernels.
///
/// @param node its label
/// @param result the name of its first result
/// @param error the usual relative error: the root mean square of how far elements were off,
///   relative to that of the elements; not a number if not all are finite
public record LayerFinding(
    String node, String result, Verdict verdict, Difference difference, double error) {
  static LayerFinding of(Node node, LayerCheck.Result result) {
    Difference difference = result.difference();
    return new LayerFinding(
        node.label(), site(node), difference.verdict(), difference, result.error());
  }

  /// The name of a node's first result that is not left out.
  static String site(Node node) {
    return node.firstResult().map(Value::name).orElse("");
  }

  @Override
  public String toString() {
    return "%s: %s, %s".formatted(node, verdict, difference);
  }
}
