package dev.crease.compiler.lint;

import java.util.List;

/// `training_mode = 1` in a model for inference.
final class TrainingMode implements LintRule {
  @Override
  public String id() {
    return "training-mode";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    return model.normalizations().stream()
        .filter(norm -> norm.op().trainingMode())
        .map(
            norm ->
                new Finding(
                    id(),
                    Severity.WARNING,
                    norm.label(),
                    "training_mode = 1",
                    "it normalizes by the statistics of the batch, so a result depends on what else"
                        + " is in the batch, and it cannot be folded",
                    "export the model in evaluation mode"))
        .toList();
  }
}
