package dev.crease.compiler.pass;

/// Where a BatchNormalization of the original graph went, or why it stayed; or why one is there
/// that was not in the original graph.
///
/// @param node its label in the original graph, if it was there, else in the optimized one
public record NormalizationRecord(String node, Fate fate) {
  /// What became of it.
  public sealed interface Fate {
    /// Rewrite `rewrite` took it away; `message` says how, as a predicate.
    record Gone(int rewrite, String pass, String message) implements Fate {}

    /// No output depends on it.
    record Unused() implements Fate {}

    record Left(String reason) implements Fate {}
  }

  public boolean isGone() {
    return !(fate instanceof Fate.Left);
  }

  @Override
  public String toString() {
    return node
        + switch (fate) {
          case Fate.Gone(var rewrite, var pass, var message) ->
              " %s (%s, rewrite %d)".formatted(message, pass, rewrite);
          case Fate.Unused() -> " is removed: no output depends on it";
          case Fate.Left(var reason) -> " is left: " + reason;
        };
  }
}
