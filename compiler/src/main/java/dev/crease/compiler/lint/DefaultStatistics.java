package dev.crease.compiler.lint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `mean = 0` and `variance = 1` in every channel: statistics that training never updated.
final class DefaultStatistics implements LintRule {
  @Override
  public String id() {
    return "default-statistics";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    return model.normalizations().stream()
        .filter(norm -> !norm.op().trainingMode())
        .filter(norm -> isEverywhere(norm.mean(), 0) && isEverywhere(norm.variance(), 1))
        .map(
            norm ->
                new Finding(
                    id(),
                    Severity.WARNING,
                    norm.label(),
                    "mean = 0 and variance = 1 in all %d channels"
                        .formatted(norm.mean().orElseThrow().length),
                    "these are the values that statistics start with: it normalizes nothing",
                    "check that the model was trained, that its layers were not frozen from the"
                        + " start, and that the weights were loaded before the export"))
        .toList();
  }

  private static boolean isEverywhere(Optional<double[]> values, double value) {
    return values.isPresent() && Arrays.stream(values.get()).allMatch(v -> v == value);
  }
}
