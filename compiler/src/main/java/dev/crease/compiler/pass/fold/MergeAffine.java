package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `a(b(x)) -> BatchNormalization(x)` where `a` and `b` scale and shift each channel:
/// normalizations and arithmetic with constants, as exporters write a normalization that they do
/// not know as one.
///
/// Fires for pictures and the like (rank 3 and above) if nobody else reads `b(x)` and not both are
/// scalars. What comes out has the mean of `b`, and what one of them tells of the variance of `x`,
/// so that it is known how large results are; if none does, variance 1, epsilon 0 and momentum 1.
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
            .and(() -> storable(node, Spread.of(graph, first.get(), second.get()), both.get()));
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    Spread spread = Spread.of(graph, first.get(), second.get());
    String name = node.output().name();
    out.replace(
        node,
        new BatchNormalization(spread.epsilon, spread.momentum, false),
        operands(out, first.get(), spread, both.get(), name));
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

  /// How far elements of `x` are from their mean: what the normalization has of statistics.
  ///
  /// @param variance a number of the element type for each channel, so that its root is known
  private record Spread(Constant variance, float epsilon, float momentum) {
    /// What one of both tells; what is behind another one tells it of its own operand.
    static Spread of(Graph graph, AffineNode first, AffineNode second) {
      int channels = Math.toIntExact(first.x().type().dim(1).known().getAsLong());
      if (AffineNode.deviation(graph, first.node()).isPresent()
          && first.node().op() instanceof BatchNormalization norm) {
        Constant variance = ConstantOperands.of(graph, first.node().input(4));
        return new Spread(variance, norm.epsilon(), norm.momentum());
      }
      ElementType element = first.x().type().element();
      StoredRange range = StoredRange.of(element);
      double[] ones = new double[channels];
      Arrays.fill(ones, 1);
      return AffineNode.deviation(graph, second.node())
          .flatMap(deviation -> before(first.affine(), deviation))
          .filter(v -> range.defect("the variance", () -> ones, () -> v, i -> i).isEmpty())
          .map(variance -> new Spread(stored(element, variance), 0, 0.9f))
          .orElse(new Spread(stored(element, ones), 0, 1));
    }

    private static Constant stored(ElementType element, double[] variance) {
      return Constant.of(
          Tensor.of(element, Elements.fromDoubles(element, variance), variance.length));
    }

    /// The variance before a scale; empty if it makes a constant of a channel.
    private static Optional<double[]> before(Affine scale, double[] deviation) {
      return scale
          .along(1, deviation.length)
          .filter(each -> Arrays.stream(each.slope()).allMatch(s -> s != 0))
          .map(
              each -> {
                double[] variance = new double[deviation.length];
                Arrays.setAll(variance, c -> Math.pow(deviation[c] / each.slope()[c], 2));
                return variance;
              });
    }

    /// What makes of normalized elements what `slope` makes of elements.
    double[] scale(double[] slope) {
      double[] scale = new double[slope.length];
      double[] squares = variance.doubles();
      Arrays.setAll(scale, c -> slope[c] * Math.sqrt(squares[c] + epsilon));
      return scale;
    }
  }

  private static Preconditions storable(Node node, Spread spread, Affine both) {
    StoredRange range = StoredRange.of(node.output().type().element());
    double[] scale = spread.scale(both.slope());
    return both.foldable()
        .and(
            range.fact("scale and shift"),
            () ->
                range
                    .defect("the scale", both::slope, () -> scale, i -> i)
                    .or(() -> range.defect("the shift", both::bias, both::bias, i -> i)));
  }

  private static List<Value> operands(
      Rewriter out, AffineNode first, Spread spread, Affine both, String name) {
    ElementType element = first.x().type().element();
    long[] dims = {both.elements()};
    double[] scale = spread.scale(both.slope());
    return List.of(
        first.x(),
        out.constant(name + ".scale", Constant.derived(element, dims, scale::clone)),
        out.constant(name + ".shift", Constant.derived(element, dims, both.bias()::clone)),
        out.constant(name + ".mean", Constant.derived(element, dims, both.mean()::clone)),
        out.constant(name + ".variance", spread.variance()));
  }
}
