package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WinogradWeights;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Winograd;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// `Conv(x, W, b) -> FusedConv(x, W, b; tile)`, `FusedConv(x, W, b, r, p; f) -> FusedConv(x, W, b,
/// r, p; f, tile)`
///
/// Fires for convolutions that a form of [Winograd] computes, where the cost model, or a timing if
/// that is asked for, finds one cheaper than direct convolution. The function stays what it is; a
/// plan rounds otherwise, within a bound of its own. Where an input is infinite, or beyond 1e37, so
/// may be all outputs of its tiles, and not only those that read it.
final class ChooseWinograd implements Rule {
  private final boolean exact;
  private final Optional<ConvolutionTimes> times;
  private final String judge;

  ChooseWinograd(FoldOptions options) {
    exact = options.exact();
    times = options.times();
    judge = times.isPresent() ? "as measured" : "by the cost model";
  }

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    FusedConv direct = direct(node).orElse(null);
    if (direct == null || !WinogradWeights.fit(direct.conv(), node.input(1), out.source())) {
      return Outcome.NOT_APPLICABLE;
    }
    Costs costs = costs(direct.conv(), node);
    Optional<Winograd> best =
        Arrays.stream(Winograd.values())
            .min(Comparator.comparingDouble(form -> costs.of(Optional.of(form))))
            .filter(form -> costs.of(Optional.of(form)) < costs.of(Optional.empty()));
    if (best.isEmpty()) {
      return Outcome.declined("computed directly, which is cheaper " + judge);
    }
    if (exact) {
      return Outcome.declined("without --exact it is computed in fewer products");
    }
    Winograd form = best.get();
    Constant weights = out.source().constant(node.input(1)).orElseThrow();
    if (!WinogradWeights.areFinite(weights, form)) {
      return Outcome.declined("transformed weights may be beyond the range of f32");
    }
    out.replace(
        node, new FusedConv(direct.conv(), direct.activation(), Optional.of(form)), node.inputs());
    int tile = form.outputs();
    return Outcome.replaced(
        "computed in tiles of %d by %d, with %.1f times fewer products"
            .formatted(tile, tile, 9.0 * tile * tile / form.products()),
        Preconditions.NONE
            .and("kernel 3 by 3, stride, dilation and group 1, constant weights")
            .and("cheaper than direct convolution " + judge)
            .and("transformed weights are in the range of f32")
            .and("exact rewrites alone are not asked for"),
        node);
  }

  private static Optional<FusedConv> direct(Node node) {
    return switch (node.op()) {
      case Conv conv -> Optional.of(new FusedConv(conv, Activation.NONE));
      case FusedConv fused when fused.winograd().isEmpty() -> Optional.of(fused);
      default -> Optional.empty();
    };
  }

  /// What a convolution costs in a form, or directly.
  @FunctionalInterface
  private interface Costs {
    double of(Optional<Winograd> form);
  }

  private Costs costs(Conv conv, Node node) {
    TensorType w = node.input(1).type();
    if (times.isPresent()) {
      Map<Optional<Winograd>, Double> seconds = times.get().of(conv, node.input(0).type(), w);
      return form -> Objects.requireNonNull(seconds.get(form));
    }
    TensorType y = node.output().type();
    ConvolutionCost cost =
        new ConvolutionCost(
            w.dim(1).known().getAsLong(),
            w.dim(0).known().getAsLong(),
            size(y.dim(2)),
            size(y.dim(3)));
    return form -> form.map(cost::of).orElseGet(cost::direct);
  }

  /// What is not known is taken for a picture of middling size.
  private static long size(Dim dim) {
    return dim.known().orElse(ConvolutionTimes.MIDDLING);
  }
}
