package dev.crease.compiler.verify;

import java.util.List;

/// What local checks found, in order.
///
/// @param log what is wrong with the log of rewrites: nothing, if they and no others make the
///   optimized graph of the original one
public record LocalReport(
    List<String> log, List<RewriteFinding> rewrites, List<LayerFinding> layers) {
  public LocalReport {
    log = List.copyOf(log);
    rewrites = List.copyOf(rewrites);
    layers = List.copyOf(layers);
  }

  /// Whether nothing is WRONG.
  public boolean agrees() {
    return log.isEmpty()
        && rewrites.stream().allMatch(finding -> finding.verdict() != Verdict.WRONG)
        && layers.stream().allMatch(finding -> finding.verdict() != Verdict.WRONG);
  }

  /// Whether something is no more than within the user's budget.
  public boolean needsBudget() {
    return rewrites.stream().anyMatch(finding -> finding.verdict() == Verdict.WITHIN_BUDGET)
        || layers.stream().anyMatch(finding -> finding.verdict() == Verdict.WITHIN_BUDGET);
  }
}
