package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.normalization.MeanVarianceNormalization;
import dev.crease.compiler.op.reduce.ReducedAxes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Radii of operators that divide by a deviation which they compute.
final class MomentRules {
  /// What the specification adds to the deviation.
  private static final double MARGIN = 1e-9;

  private MomentRules() {}

  /// `y = c / (s + e)`, where `c = x - m`, of `n` elements with the mean `m` and the root mean
  /// square `s` of `c`. With `g = gamma(n + 1)` and `h = gamma(n + 4)`, a run is off by
  ///
  /// `dm <= (1 + g) mean dx + g mean |x|`
  ///
  /// `dc <= (1 + u) (dx + dm) + u |c|`
  ///
  /// `ds <= rms(dc) + h (s + rms(dc))`, since a root mean square is a norm
  ///
  /// and `y` by `(dc + |y| ds) / (s + e - ds)`. Where that says little, as where a mean of large
  /// numbers hides the deviation, another bound is left: whatever a run takes for `c`, it divides
  /// it by the root mean square of just that, so no result is beyond `(1 + gamma(n + 8)) sqrt(n)`.
  ///
  /// Empty for types whose intermediate results are stored in fewer digits than the rounding tells.
  static Optional<Approximation> meanVariance(MeanVarianceNormalization op, Application a) {
    Approximation x = a.operand(0);
    ElementType type = x.tensor().type();
    if (type != ElementType.FLOAT32 && type != ElementType.FLOAT64) {
      return Optional.empty();
    }
    double[] means = mean(op, x.tensor());
    double[] sizes = mean(op, x.magnitude());
    double[] offsets = mean(op, x.radii());
    int count = x.data().length;
    double[] y = a.y().data();
    double terms = terms(op, x.tensor());
    double unit = a.rounding().unit();
    double gamma = a.rounding().gamma((long) terms + 1);
    double[] squares = new double[count];
    double[] offSquares = new double[count];
    double[] off = new double[count];
    for (int i = 0; i < count; i++) {
      double centered = x.data()[i] - means[i];
      double ofMean = (1 + gamma) * offsets[i] + gamma * sizes[i];
      off[i] = (1 + unit) * (x.radius(i) + ofMean) + unit * Math.abs(centered);
      squares[i] = centered * centered;
      offSquares[i] = off[i] * off[i];
    }
    double[] variances = mean(op, like(x.tensor(), squares));
    double[] offVariances = mean(op, like(x.tensor(), offSquares));
    double ofSum = a.rounding().gamma((long) terms + 4);
    double largest = Math.sqrt(terms) * (1 + a.rounding().gamma((long) terms + 8));
    double[] radius = new double[count];
    for (int i = 0; i < count; i++) {
      double deviation = Math.sqrt(variances[i]);
      double rms = Math.sqrt(offVariances[i]);
      double ofDeviation = rms + ofSum * (deviation + rms) + Math.sqrt(a.rounding().tiny());
      double divisor = deviation + MARGIN;
      double ofDivisor = ofDeviation + 3 * unit * (divisor + ofDeviation);
      double passedOn = (off[i] + Math.abs(y[i]) * ofDivisor) / (divisor - ofDivisor);
      double bound = passedOn + 2 * unit * (Math.abs(y[i]) + passedOn);
      double last = largest + Math.abs(y[i]);
      radius[i] = divisor > ofDivisor ? Math.min(bound, last) : last;
    }
    return Optional.of(a.within(radius));
  }

  private static DoubleTensor like(DoubleTensor x, double[] values) {
    return new DoubleTensor(x.type(), x.shape(), values);
  }

  /// The mean of each element's group.
  private static double[] mean(MeanVarianceNormalization op, DoubleTensor x) {
    return Broadcast.expand(groups(op, x), x.shape());
  }

  private static DoubleTensor groups(MeanVarianceNormalization op, DoubleTensor x) {
    double[] axes = op.axes().stream().mapToDouble(axis -> axis).toArray();
    List<@Nullable DoubleTensor> operands =
        Arrays.asList(x, new DoubleTensor(ElementType.INT64, new int[] {axes.length}, axes));
    return new Reduction(Reduction.Function.MEAN, ReducedAxes.KEPT)
        .evaluate(new EvaluationInputs(operands, 1))
        .getFirst();
  }

  /// Of how many elements a group is.
  private static double terms(MeanVarianceNormalization op, DoubleTensor x) {
    return (double) x.data().length / Math.max(1, groups(op, x).data().length);
  }
}
