package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.normalization.LayerNormalization;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.Optional;

/// Normalization of rows of `n` elements: `y = g c / D + b`, where `D = sqrt(s^2 + epsilon)` and
/// `s` is the root mean square of `c`, which is `x - m` with the mean `m`, or `x` itself.
///
/// The radii of `c` and `s` are those of [MomentRules]; `D` is off by no more than `s` and by its
/// own roundings, since it rises by less than `s` does. With `z = c / D`, a run is off by `dz = (dc
/// + |z| dD) / (D - dD)` and two roundings. Where that says little, what it takes for `c` is no
///   more than `sqrt(n)` times the root mean square of just that.
///
/// Empty for types whose intermediate results are stored in fewer digits than the rounding tells.
final class RowRules {
  private final Application a;
  private final Rounding rounding;
  private final int[] shape;
  private final int length;
  private final double epsilon;
  private final boolean centered;

  private RowRules(Application a, long axis, double epsilon, boolean centered) {
    this.a = a;
    this.rounding = a.rounding();
    this.epsilon = epsilon;
    this.centered = centered;
    int[] all = a.y().shape();
    shape = Arrays.copyOfRange(all, Axes.normalize("rows", axis, all.length), all.length);
    length = Arrays.stream(shape).reduce(1, (m, n) -> m * n);
  }

  static Optional<Approximation> layer(LayerNormalization op, Application a) {
    return isKnown(a)
        ? Optional.of(new RowRules(a, op.axis(), op.epsilon(), true).bound())
        : Optional.empty();
  }

  static Optional<Approximation> rms(RmsNormalization op, Application a) {
    return isKnown(a)
        ? Optional.of(new RowRules(a, op.axis(), op.epsilon(), false).bound())
        : Optional.empty();
  }

  private static boolean isKnown(Application a) {
    ElementType type = a.operand(0).tensor().type();
    return type == a.y().type() && (type == ElementType.FLOAT32 || type == ElementType.FLOAT64);
  }

  private Approximation bound() {
    double[] radius = new double[a.y().data().length];
    Parameter scale = parameter(1);
    Parameter bias = parameter(2);
    for (int start = 0; start < radius.length; start += length) {
      row(start, scale, bias, radius);
    }
    return a.within(radius);
  }

  /// What stands for each element of a row.
  private record Parameter(double[] values, double[] radii) {}

  private Parameter parameter(int index) {
    if (!a.has(index)) {
      return new Parameter(new double[length], new double[length]);
    }
    DoubleTensor tensor = a.operand(index).tensor();
    return new Parameter(
        Broadcast.expand(tensor, shape), Broadcast.expand(a.operand(index).radii(), shape));
  }

  private void row(int start, Parameter scale, Parameter bias, double[] radius) {
    Approximation x = a.operand(0);
    double unit = rounding.unit();
    double mean = 0;
    double ofMean = 0;
    for (int i = start; centered && i < start + length; i++) {
      mean += x.data()[i] / length;
      ofMean += (Math.abs(x.data()[i]) + x.radius(i)) * rounding.gamma(length + 1L) / length;
      ofMean += x.radius(i) / length;
    }
    double squares = 0;
    double offSquares = 0;
    double[] off = new double[length];
    for (int i = 0; i < length; i++) {
      double c = x.data()[start + i] - mean;
      double dx = x.radius(start + i);
      off[i] = centered ? (1 + unit) * (dx + ofMean) + unit * Math.abs(c) : dx;
      squares += c * c / length;
      offSquares += off[i] * off[i] / length;
    }
    double rms = Math.sqrt(offSquares);
    double s = Math.sqrt(squares);
    double divisor = Math.sqrt(squares + epsilon);
    double ofS = rms + rounding.gamma(length + 4L) * (s + rms) + Math.sqrt(rounding.tiny());
    double ofDivisor = ofS + 3 * unit * (divisor + ofS);
    double largest = Math.sqrt(length) * (1 + rounding.gamma(length + 8L));
    for (int i = 0; i < length; i++) {
      double z = Math.abs(x.data()[start + i] - mean) / divisor;
      double passedOn = (off[i] + z * ofDivisor) / (divisor - ofDivisor);
      double last = largest + z;
      double ofZ =
          divisor > ofDivisor ? Math.min(passedOn + 2 * unit * (z + passedOn), last) : last;
      double g = Math.abs(scale.values()[i]);
      double dg = scale.radii()[i];
      double moved = g * ofZ + dg * (z + ofZ) + bias.radii()[i];
      radius[start + i] =
          moved + 2 * unit * (moved + g * z + Math.abs(bias.values()[i]) + rounding.tiny());
    }
  }
}
