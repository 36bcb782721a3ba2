package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;

/// `a(b(x)) -> BatchNormalization(x)` where `a` and `b` scale and shift each channel:
/// normalizations and arithmetic with constants, as exporters write a normalization that they do
/// not know as one.
///
/// Fires for pictures and the like (rank 3 and above) if nobody else reads `b(x)` and not both are
/// scalars. What comes out has variance 1, epsilon 0 and the mean of `b`.
public final class MergeAffine implements Rule {
  private static final int LEAST_RANK = 3;

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Optional<AffineNode> second = AffineNode.of(graph, node);
    Optional<Node> producer = second.flatMap(s -> graph.producer(s.x()));
    Optional<AffineNode> first = producer.flatMap(p -> AffineNode.of(graph, p));
    if (first.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<Affine> both = merged(first.get(), second.get());
    if (both.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked =
        Preconditions.NONE
            .and("both scale and shift each channel by constants")
            .and(() -> SoleUse.of(graph, first.get().node()))
            .and(() -> storable(node, both.get()));
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    String name = node.output().name();
    out.replace(
        node, new BatchNormalization(0, 0.9f, false), operands(out, first.get(), both.get(), name));
    Node merged = first.get().node();
    return Outcome.replaced("merged with " + merged.label(), checked, node, merged);
  }

  private static Optional<Affine> merged(AffineNode first, AffineNode second) {
    TensorType x = first.x().type();
    boolean fits = x.rank() >= LEAST_RANK && x.dim(1).isKnown();
    Affine both = first.affine().then(second.affine());
    return fits && !both.isUniformAlong(1)
        ? both.along(1, Math.toIntExact(x.dim(1).known().getAsLong()))
        : Optional.empty();
  }

  private static Preconditions storable(Node node, Affine both) {
    StoredRange range = StoredRange.of(node.output().type().element());
    return both.foldable()
        .and(
            range.fact("scale and shift"),
            () ->
                range
                    .defect("the scale", both::slope, both::slope, i -> i)
                    .or(() -> range.defect("the shift", both::bias, both::bias, i -> i)));
  }

  private static List<Value> operands(Rewriter out, AffineNode first, Affine both, String name) {
    ElementType element = first.x().type().element();
    long[] dims = {both.elements()};
    return List.of(
        first.x(),
        out.constant(name + ".scale", Constant.derived(element, dims, both.slope()::clone)),
        out.constant(name + ".shift", Constant.derived(element, dims, both.bias()::clone)),
        out.constant(name + ".mean", Constant.derived(element, dims, both.mean()::clone)),
        out.constant(name + ".variance", Constant.splat(element, dims, 1)));
  }
}
