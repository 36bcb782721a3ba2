package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Radii of operators that add up products of their operands.
final class LinearRules {
  /// Roundings beside those of the sum: the product, the bias, a factor for all.
  private static final int OTHER_STEPS = 4;

  /// Roundings of `scale ((x - mean) / sqrt(variance + epsilon)) + bias` in any order.
  private static final int NORMALIZATION_STEPS = 8;

  private LinearRules() {}

  /// `sum w x + b` with the operands `x`, `w`, `b` in this order:
  ///
  /// `|x| (dw + g (|w| + dw)) + (1 + g) dx (|w| + dw) + db + g (|b| + db)`
  static Approximation product(Application a) {
    return a.within(radius(a, a.rounding().gamma(terms(a) + OTHER_STEPS)));
  }

  /// As [#product] with `g = gamma`.
  static double[] radius(Application a, double gamma) {
    Op op = a.op() instanceof Gemm gemm ? absolute(gemm) : a.op();
    List<@Nullable DoubleTensor> operands = new ArrayList<>();
    operands.add(a.operand(0).magnitude());
    for (int i = 1; i < a.operands().size(); i++) {
      operands.add(a.has(i) ? a.operand(i).spread(gamma) : null);
    }
    double[] radius = Application.evaluate(op, operands);
    if (!a.isExact(0)) {
      double[] passedOn =
          Application.evaluate(op, List.of(a.operand(0).radii(), a.operand(1).reach()));
      for (int i = 0; i < radius.length; i++) {
        radius[i] += (1 + gamma) * passedOn[i];
      }
    }
    return radius;
  }

  private static Gemm absolute(Gemm gemm) {
    return new Gemm(Math.abs(gemm.alpha()), Math.abs(gemm.beta()), gemm.transA(), gemm.transB());
  }

  /// How many products one element of the result adds up, or more.
  static long terms(Application a) {
    DoubleTensor x = a.operand(0).tensor();
    DoubleTensor w = a.operand(1).tensor();
    return switch (a.op()) {
      case Conv _ -> w.data().length / Math.max(1, w.dim(0));
      case ConvTranspose _ -> w.data().length / Math.max(1, w.dim(1));
      case Gemm gemm -> x.dim(gemm.transA() ? 0 : 1);
      default -> x.dim(x.rank() - 1);
    };
  }

  /// A sum or mean of at most `terms` elements of all operands.
  static Approximation mean(Application a, long terms) {
    double gamma = a.rounding().gamma(terms + 1);
    boolean axes = a.operands().size() > 1 && !a.operand(1).tensor().type().isFloating();
    return a.within(
        axes
            ? a.evaluateOn(a.op(), a.operand(0).spread(gamma))
            : a.evaluate(a.op(), x -> x.spread(gamma)));
  }

  /// `|scale| / d (dx + dm) + ds |x - mean| / d + db` with `d = sqrt(variance + epsilon)`, and the
  /// roundings of `|scale| (|x| + |mean|) / d + |bias|`; no rule for a variance that is off.
  static Optional<Approximation> normalization(BatchNormalization norm, Application a) {
    if (norm.trainingMode() || !a.isExact(4)) {
      return Optional.empty();
    }
    Approximation x = a.operand(0);
    int channels = a.operand(1).data().length;
    int pixels = Arrays.stream(x.tensor().shape()).skip(2).reduce(1, (p, q) -> p * q);
    double[] radius = new double[x.data().length];
    for (int i = 0; i < radius.length; i++) {
      radius[i] = normalized(norm, a, i, i / pixels % channels);
    }
    return Optional.of(a.within(radius));
  }

  private static double normalized(BatchNormalization norm, Application a, int i, int channel) {
    Approximation scale = a.operand(1);
    Approximation bias = a.operand(2);
    Approximation mean = a.operand(3);
    double x = a.operand(0).data()[i];
    double deviation = Math.sqrt(a.operand(4).data()[channel] + norm.epsilon());
    double slope = (Math.abs(scale.data()[channel]) + scale.radius(channel)) / deviation;
    double moved = a.operand(0).radius(i) + mean.radius(channel);
    double distance = Math.abs(x - mean.data()[channel]) + moved;
    double shift = Math.abs(bias.data()[channel]) + bias.radius(channel);
    double inDouble = slope * (Math.abs(x) + Math.abs(mean.data()[channel]) + moved) + shift;
    return slope * moved
        + scale.radius(channel) / deviation * distance
        + bias.radius(channel)
        + NORMALIZATION_STEPS * a.rounding().unit() * (slope * distance + shift)
        + NORMALIZATION_STEPS * Rounding.DOUBLE.unit() * inDouble;
  }
}
