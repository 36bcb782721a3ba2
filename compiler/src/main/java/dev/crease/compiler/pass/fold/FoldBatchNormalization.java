package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;

/// `BatchNormalization(Conv(x, W, b), scale, bias, mean, variance) -> Conv(x, s W, s (b - mean) +
/// bias)` with `s = scale / sqrt(variance + epsilon)`; likewise for ConvTranspose, Gemm and MatMul.
///
/// Fires for inference-mode normalization of such an operator of any kind that nobody else reads,
/// also through operators that a scale and shift move through, if all parameters are constant and
/// of one type, and what comes out can be stored.
///
/// An operator that is read elsewhere, or is asked for, stays for the others, and is computed a
/// second time with `W'` and `b'` if that takes no more multiplications than the options allow.
public final class FoldBatchNormalization implements Rule {
  private final FoldOptions options;

  public FoldBatchNormalization(FoldOptions options) {
    this.options = options;
  }

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof BatchNormalization norm)) {
      return Outcome.NOT_APPLICABLE;
    }
    Graph graph = out.source();
    Preconditions checked = AffineNode.normalizes(graph, node, norm);
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    AffineNode affine = AffineNode.of(graph, node).orElseThrow();
    String shiftName = affine.shiftName().name();
    return switch (new Upstream(graph, shiftName, options).search(affine.x(), affine.affine())) {
      case Search.Obstacle obstacle -> Outcome.declined(obstacle.reason());
      case Search.Found found -> FoldChannelAffine.folded(out, node, checked, found);
    };
  }
}
