package dev.crease.compiler.lint;

import java.util.ArrayList;
import java.util.List;

/// `scale = 0`: the channel is its bias, whatever the input.
final class DeadChannels implements LintRule {
  @Override
  public String id() {
    return "dead-channel";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      norm.scale()
          .flatMap(scale -> Normalization.channels(scale, c -> scale[c] == 0))
          .ifPresent(
              channels ->
                  findings.add(
                      new Finding(
                          id(),
                          Severity.INFO,
                          norm.label(),
                          "scale = 0 in " + channels,
                          "what is computed for these channels is multiplied by 0",
                          "prune them, and put their bias into the layer behind")));
    }
    return findings;
  }
}
