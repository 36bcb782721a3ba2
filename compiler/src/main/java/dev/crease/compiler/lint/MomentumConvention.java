package dev.crease.compiler.lint;

import java.util.List;

/// `momentum < 0.5`. ONNX's `running = running momentum + batch (1 - momentum)` has 0.9 where
/// PyTorch, which weights the batch, has 0.1.
final class MomentumConvention implements LintRule {
  private static final double LEAST = 0.5;

  @Override
  public String id() {
    return "momentum-convention";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    return model.normalizations().stream()
        .filter(norm -> norm.op().momentum() < LEAST)
        .map(
            norm ->
                new Finding(
                    id(),
                    norm.op().trainingMode() ? Severity.WARNING : Severity.INFO,
                    norm.label(),
                    "momentum is %s, so each batch replaces %s of the running statistics"
                        .formatted(norm.op().momentum(), 1 - norm.op().momentum()),
                    norm.op().trainingMode()
                        ? "ONNX's momentum is the share that is kept; running statistics that"
                            + " follow the last batch are noise"
                        : "ONNX's momentum is the share that is kept; it has no effect at"
                            + " inference, but training on from here would start wrong",
                    "give 1 - momentum: 0.9 for PyTorch's 0.1, 0.99 for its 0.01"))
        .toList();
  }
}
