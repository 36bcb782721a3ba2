package dev.crease.compiler.lint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `!(variance + epsilon > 0)`, or a parameter that is not finite: the results are NaN or infinite.
final class InvalidStatistics implements LintRule {
  private static final String WHY = "what these channels compute is not a finite number";
  private static final String TODO =
      "look for a training that diverged, or an export that lost digits; train or export again";

  @Override
  public String id() {
    return "invalid-statistics";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      norm.variance()
          .filter(variance -> Arrays.stream(variance).allMatch(Double::isFinite))
          .filter(_ -> !norm.op().trainingMode())
          .flatMap(v -> Normalization.channels(v, c -> !(v[c] + norm.op().epsilon() > 0)))
          .ifPresent(
              channels ->
                  findings.add(finding(norm, "variance + epsilon is not positive in " + channels)));
      parameter(norm, "scale", norm.scale(), findings);
      parameter(norm, "bias", norm.bias(), findings);
      parameter(norm, "mean", norm.mean(), findings);
      parameter(norm, "variance", norm.variance(), findings);
    }
    return findings;
  }

  private void parameter(
      Normalization norm, String name, Optional<double[]> values, List<Finding> findings) {
    values
        .flatMap(v -> Normalization.channels(v, c -> !Double.isFinite(v[c])))
        .ifPresent(
            channels -> findings.add(finding(norm, name + " is NaN or infinite in " + channels)));
  }

  private Finding finding(Normalization norm, String what) {
    return new Finding(id(), Severity.ERROR, norm.label(), what, WHY, TODO);
  }
}
