package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `|s (b - mean) + bias| > most max(|scale| + |bias|)` in float32, with `b` the bias of the
/// convolution before and `most` the bound past which nothing is folded: two numbers cancel that
/// are so large that rounding them shows.
final class LargeMean implements LintRule {
  /// Two roundings of relative size `2^-24` beside an error of `2e-5` of the result.
  private static final double MOST = 2e-5 / (2 * 0x1p-24);

  @Override
  public String id() {
    return "large-mean";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      boolean known = norm.slopes().isPresent() && norm.mean().isPresent() && norm.isFinite();
      boolean float32 = norm.node().input(0).type().element() == ElementType.FLOAT32;
      if (known && norm.bias().isPresent() && float32 && !norm.op().trainingMode()) {
        finding(model, norm).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private Optional<Finding> finding(LintedModel model, Normalization norm) {
    double[] slopes = norm.slopes().orElseThrow();
    double[] mean = norm.mean().orElseThrow();
    double[] bias = norm.bias().orElseThrow();
    double[] before = biasBefore(model, norm).orElseGet(() -> new double[mean.length]);
    double size = 0;
    double most = 0;
    for (int c = 0; c < mean.length; c++) {
      size = Math.max(size, Math.abs(norm.scale().orElseThrow()[c]) + Math.abs(bias[c]));
      most = Math.max(most, Math.abs(mean[c] - before[c]) / norm.deviation(c));
    }
    double limit = MOST * size;
    String ratio = "|mean| is up to %.3g deviations".formatted(most);
    return Normalization.channels(
            mean, c -> Math.abs(slopes[c] * (before[c] - mean[c]) + bias[c]) > limit)
        .map(
            channels ->
                new Finding(
                    id(),
                    Severity.WARNING,
                    norm.label(),
                    "%s; too large beside the results in %s".formatted(ratio, channels),
                    ("a large number is taken off another that is about as large, which costs"
                            + " digits of float32; past a factor of %.0f it is not folded")
                        .formatted(MOST),
                    "subtract the mean from the data before the model, or from the bias before this"
                        + " layer"));
  }

  /// The bias of the convolution that the normalization reads, if there is one and it fits.
  private static Optional<double[]> biasBefore(LintedModel model, Normalization norm) {
    Optional<Node> producer = norm.graph().producer(norm.node().input(0));
    int channels = norm.mean().orElseThrow().length;
    return producer
        .filter(node -> node.op() instanceof Conv || node.op() instanceof ConvTranspose)
        .filter(node -> node.hasInput(2))
        .flatMap(node -> LintedModel.known(model.graph(), norm.graph(), node.input(2)))
        .map(Constant::doubles)
        .filter(bias -> bias.length == channels);
  }
}
