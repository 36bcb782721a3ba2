package dev.crease.compiler.verify;

/// What was found about one node of the optimized graph, run by the runtime's kernels.
///
/// @param node its label
public record LayerFinding(String node, Verdict verdict, Difference difference) {
  @Override
  public String toString() {
    return "%s: %s, %s".formatted(node, verdict, difference);
  }
}
