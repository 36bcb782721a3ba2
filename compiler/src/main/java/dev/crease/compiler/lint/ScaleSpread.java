package dev.crease.compiler.lint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `max |s| > 1e4 min |s|` over the channels of one layer with `s = scale / sqrt(variance +
/// epsilon)` other than 0.
final class ScaleSpread implements LintRule {
  private static final double MOST = 1e4;

  @Override
  public String id() {
    return "scale-spread";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      if (norm.op().trainingMode() || norm.slopes().isEmpty()) {
        continue;
      }
      double[] sizes =
          Arrays.stream(norm.slopes().get())
              .map(Math::abs)
              .filter(s -> s > 0 && Double.isFinite(s))
              .sorted()
              .toArray();
      if (sizes.length > 0 && sizes[sizes.length - 1] > MOST * sizes[0]) {
        findings.add(
            new Finding(
                id(),
                Severity.WARNING,
                norm.label(),
                "|scale| / sqrt(variance + epsilon) goes from %.3g to %.3g"
                    .formatted(sizes[0], sizes[sizes.length - 1]),
                "folded, the rows of one weight tensor differ as much: float16 and one scale per"
                    + " tensor, as quantization has, lose the small ones",
                "keep float32, quantize per channel, or prune the channels that hardly count"));
      }
    }
    return findings;
  }
}
