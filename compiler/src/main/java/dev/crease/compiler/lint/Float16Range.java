package dev.crease.compiler.lint;

import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A parameter beyond 65504, the largest number of float16: cast to it, a variance becomes infinite
/// and its channel 0.
final class Float16Range implements LintRule {
  private static final double LARGEST = 65504;

  @Override
  public String id() {
    return "float16-range";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      parameter(norm, "variance", norm.variance(), findings);
      parameter(norm, "mean", norm.mean(), findings);
      parameter(norm, "scale", norm.scale(), findings);
      parameter(norm, "bias", norm.bias(), findings);
      parameter(norm, "scale / sqrt(variance + epsilon)", norm.slopes(), findings);
    }
    return findings;
  }

  private void parameter(
      Normalization norm, String name, Optional<double[]> values, List<Finding> findings) {
    boolean half = norm.node().input(0).type().element() == ElementType.FLOAT16;
    values
        .flatMap(
            v -> Normalization.channels(v, c -> Double.isFinite(v[c]) && Math.abs(v[c]) > LARGEST))
        .ifPresent(
            channels ->
                findings.add(
                    new Finding(
                        id(),
                        half ? Severity.WARNING : Severity.INFO,
                        norm.label(),
                        "%s is beyond 65504 in %s".formatted(name, channels),
                        "it does not fit float16: an infinite variance makes a channel 0, an"
                            + " infinite scale makes it NaN",
                        "fold in float32 before a conversion to float16, or keep this layer in"
                            + " float32")));
  }
}
