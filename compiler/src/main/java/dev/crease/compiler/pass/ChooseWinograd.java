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
import java.util.Optional;

/// `Conv(x, W, b) -> FusedConv(x, W, b; tile)`, `FusedConv(x, W, b, r, p; f) -> FusedConv(x, W, b,
/// r, p; f, tile)`
///
/// Fires for convolutions that a form of [Winograd] computes, where the cost model finds one
/// cheaper than direct convolution. The function stays what it is; a plan rounds otherwise, within
/// a bound of its own. Where an input is infinite, or beyond 1e37, so may be all outputs of its
/// tiles, and not only those that read it.
final class ChooseWinograd implements Rule {
  private final boolean exact;

  ChooseWinograd(FoldOptions options) {
    exact = options.exact();
  }

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    FusedConv direct = direct(node).orElse(null);
    if (direct == null || !WinogradWeights.fit(direct.conv(), node.input(1), out.source())) {
      return Outcome.NOT_APPLICABLE;
    }
    ConvolutionCost cost = cost(node);
    Optional<Winograd> best =
        Arrays.stream(Winograd.values())
            .min(Comparator.comparingDouble(cost::of))
            .filter(form -> cost.of(form) < cost.direct());
    if (best.isEmpty()) {
      return Outcome.declined("computed directly, which is cheaper by the cost model");
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
            .and("cheaper than direct convolution by the cost model")
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

  private static ConvolutionCost cost(Node node) {
    TensorType w = node.input(1).type();
    TensorType y = node.output().type();
    return new ConvolutionCost(
        w.dim(1).known().getAsLong(), w.dim(0).known().getAsLong(), size(y.dim(2)), size(y.dim(3)));
  }

  /// What is not known is taken for a picture of middling size.
  private static long size(Dim dim) {
    return dim.known().orElse(ConvolutionCost.MIDDLING);
  }
}
