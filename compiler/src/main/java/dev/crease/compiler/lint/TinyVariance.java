package dev.crease.compiler.lint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `0 <= variance < epsilon / 100` where the scale is not 0: the channel was constant in training.
final class TinyVariance implements LintRule {
  private static final double SHARE = 0.01;

  @Override
  public String id() {
    return "tiny-variance";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      double epsilon = norm.op().epsilon();
      if (norm.variance().isEmpty() || norm.op().trainingMode()) {
        continue;
      }
      double[] variance = norm.variance().get();
      Normalization.channels(
              variance, c -> variance[c] >= 0 && variance[c] < SHARE * epsilon && norm.isScaled(c))
          .ifPresent(
              channels ->
                  findings.add(
                      new Finding(
                          id(),
                          Severity.WARNING,
                          norm.label(),
                          "variance is below epsilon / 100 = %.3g in %s, least %.3g"
                              .formatted(
                                  SHARE * epsilon,
                                  channels,
                                  Arrays.stream(variance).min().orElse(0)),
                          "in training these channels were constant; epsilon alone sets their"
                              + " scale, up to 1 / sqrt(epsilon), and magnifies any input that"
                              + " differs",
                          "prune the channels, or set their scale to 0")));
    }
    return findings;
  }
}
