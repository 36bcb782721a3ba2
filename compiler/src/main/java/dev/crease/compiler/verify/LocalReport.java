package dev.crease.compiler.verify;

import java.util.List;

/// What local checks found, in order.
public record LocalReport(List<RewriteFinding> rewrites, List<LayerFinding> layers) {
  public LocalReport {
    rewrites = List.copyOf(rewrites);
    layers = List.copyOf(layers);
  }

  public boolean agrees() {
    return rewrites.stream().allMatch(finding -> finding.verdict() != Verdict.WRONG)
        && layers.stream().allMatch(finding -> finding.verdict() != Verdict.WRONG);
  }
}
