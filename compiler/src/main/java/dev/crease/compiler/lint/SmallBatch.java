package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/// `training_mode = 1` over very few numbers per channel: batch times places. Over one, the
/// variance is 0 and the result is the bias, whatever the input.
final class SmallBatch implements LintRule {
  /// With fewer numbers the relative error of a variance, `sqrt(2 / (n - 1))`, is above a half.
  private static final int FEW = 8;

  private static final String WHY_ONE =
      "the variance of one number is 0, so the result is the bias and the input has no effect";
  private static final String WHY_FEW =
      "statistics of so few numbers are mostly noise, and results depend on what else is in the"
          + " batch";
  private static final String TODO =
      "export the model in evaluation mode (training_mode = 0), or use larger batches";

  @Override
  public String id() {
    return "small-batch";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      TensorType x = norm.node().input(0).type();
      long least = norm.op().trainingMode() ? least(x) : FEW;
      if (least >= FEW) {
        continue;
      }
      boolean certain = counted(x).isKnown();
      boolean one = least == 1;
      findings.add(
          new Finding(
              id(),
              one && certain ? Severity.ERROR : Severity.WARNING,
              norm.label(),
              "it takes statistics of %d number%s per channel%s"
                  .formatted(
                      least,
                      one ? "" : "s",
                      certain ? "" : " where %s are 1 each".formatted(counted(x).symbols())),
              one ? WHY_ONE : WHY_FEW,
              TODO));
    }
    return findings;
  }

  /// How many numbers a channel has: batch times places.
  private static Dim counted(TensorType x) {
    Dim count = x.dim(0);
    for (int axis = 2; axis < x.rank(); axis++) {
      count = count.times(x.dim(axis));
    }
    return count;
  }

  /// That count, where 1 stands for what is not known.
  private static long least(TensorType x) {
    long count = x.dim(0).known().orElse(1);
    for (int axis = 2; axis < x.rank(); axis++) {
      count *= Math.max(1, x.dim(axis).known().orElse(1));
    }
    return count;
  }
}
