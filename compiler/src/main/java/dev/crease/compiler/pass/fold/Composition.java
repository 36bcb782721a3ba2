package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Two linear operators in a row as one.
sealed interface Composition permits ComposedConvolution, ComposedProduct {
  LinearOperator first();

  LinearOperator second();

  /// What `second` and `first`, which it reads, might be; empty if they are not of a kind.
  static Optional<Composition> of(LinearOperator first, LinearOperator second) {
    if (first.node().op() instanceof Conv a && second.node().op() instanceof Conv b) {
      boolean single =
          second.weightsValue().type().dims().stream().skip(2).allMatch(dim -> dim.is(1));
      return single ? Optional.of(new ComposedConvolution(first, second, a, b)) : Optional.empty();
    }
    return isProduct(first) && isProduct(second)
        ? Optional.of(new ComposedProduct(first, second))
        : Optional.empty();
  }

  private static boolean isProduct(LinearOperator linear) {
    return switch (linear.node().op()) {
      case Gemm _ -> true;
      case MatMul _ -> linear.data() == 0 && linear.weightsValue().type().rank() == 2;
      default -> false;
    };
  }

  /// Why they should stay two, if so. Their weights and biases are constants.
  Optional<String> obstacle();

  Op operator();

  /// The shape of [#weights].
  long[] weightDims();

  double[] weights();

  /// The result's channel of the weight at `weight`.
  int channelOf(int weight);

  /// In the shape of the second one's.
  double[] bias();

  /// That the constants can be stored.
  default Preconditions storable() {
    StoredRange range = StoredRange.of(second().element());
    int channels = second().outputs();
    return Preconditions.of(
        range.fact("composed weights and bias"),
        range
            .defect("a composed weight", () -> ones(weights()), this::weights, this::channelOf)
            .or(
                () ->
                    range.defect(
                        "the composed bias", second()::addend, this::bias, i -> i % channels)));
  }

  /// Where there was no number before, none was too small.
  private static double[] ones(double[] weights) {
    double[] ones = new double[weights.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  /// Puts it in the place of the second one.
  default void replace(Rewriter out) {
    Node node = second().node();
    ElementType element = second().element();
    String stem = FoldedOperator.foldedName(second().weightsValue().name());
    Constant w = Constant.derived(element, weightDims(), this::weights);
    List<Value> operands = new ArrayList<>(List.of(first().dataValue(), out.constant(stem, w)));
    double[] bias = bias();
    if (Arrays.stream(bias).anyMatch(b -> b != 0)) {
      LinearOperator named = second().hasBias() ? second() : first();
      Constant b = Constant.derived(element, second().biasDims(), bias::clone);
      operands.add(out.constant(FoldedOperator.foldedName(named.biasValue().name()), b));
    }
    out.replace(node, operator(), operands);
  }
}
