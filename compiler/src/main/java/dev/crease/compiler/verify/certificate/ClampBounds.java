package dev.crease.compiler.verify.certificate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bounds of a clamp before a scale and shift, and the shift behind it.
record ClampBounds(Coefficients lower, Coefficients upper, Coefficients shift) {
  /// One bound of all channels, as it is computed.
  private static final class Builder {
    private final double[] lo;
    private final double[] hi;
    private final double[] magnitude;
    private final double @Nullable [] slack;

    Builder(int count, boolean rounded) {
      lo = new double[count];
      hi = new double[count];
      magnitude = new double[count];
      slack = rounded ? new double[count] : null;
    }

    /// `(bound - t) / s`; an infinite bound stays infinite.
    void set(int i, Coefficients bound, Coefficients t, Coefficients s) {
      double factor = s.hi()[i] < 0 ? -1 : 1;
      double least = Math.min(Math.abs(s.lo()[i]), Math.abs(s.hi()[i]));
      if (Double.isInfinite(bound.lo()[i])) {
        lo[i] = factor * bound.lo()[i];
        hi[i] = lo[i];
        return;
      }
      double numeratorLo = Enclosure.sum(bound.lo()[i], 0 - t.hi()[i], false);
      double numeratorHi = Enclosure.sum(bound.hi()[i], 0 - t.lo()[i], true);
      double inverseLo = Enclosure.quotient(1, s.hi()[i], false);
      double inverseHi = Enclosure.quotient(1, s.lo()[i], true);
      lo[i] = Enclosure.product(numeratorLo, numeratorHi, inverseLo, inverseHi, false);
      hi[i] = Enclosure.product(numeratorLo, numeratorHi, inverseLo, inverseHi, true);
      magnitude[i] = (bound.magnitude()[i] + t.magnitude()[i]) / least;
      if (slack != null) {
        slack[i] = bound.slack() == null ? 0 : Math.nextUp(bound.slack()[i] / least);
      }
    }

    /// A bound that bounds nothing.
    void setInfinite(int i, double bound) {
      lo[i] = bound;
      hi[i] = bound;
    }

    Coefficients build(int[] dims) {
      return new Coefficients(dims, lo, hi, magnitude, slack, 2);
    }
  }

  /// Empty if the sign of a scale is not known.
  static Optional<ClampBounds> of(
      Coefficients slope, Coefficients shift, Coefficients lower, Coefficients upper) {
    int[] dims =
        Indexes.broadcast(
            Indexes.broadcast(slope.dims(), shift.dims()),
            Indexes.broadcast(lower.dims(), upper.dims()));
    Coefficients s = slope.over(dims);
    Coefficients t = shift.over(dims);
    Coefficients l = lower.over(dims);
    Coefficients u = upper.over(dims);
    boolean rounded = l.slack() != null || u.slack() != null;
    Builder first = new Builder(s.count(), rounded);
    Builder second = new Builder(s.count(), rounded);
    Builder behind = new Builder(s.count(), rounded);
    for (int i = 0; i < s.count(); i++) {
      behind.lo[i] = t.lo()[i];
      behind.hi[i] = t.hi()[i];
      behind.magnitude[i] = t.magnitude()[i];
      if (s.lo()[i] == 0 && s.hi()[i] == 0) {
        if (rounded) {
          return Optional.empty();
        }
        behind.lo[i] = Math.min(Math.max(t.lo()[i], l.lo()[i]), u.lo()[i]);
        behind.hi[i] = Math.min(Math.max(t.hi()[i], l.hi()[i]), u.hi()[i]);
        behind.magnitude[i] = Math.max(t.magnitude()[i], Math.abs(behind.hi[i]));
        first.setInfinite(i, Double.NEGATIVE_INFINITY);
        second.setInfinite(i, Double.POSITIVE_INFINITY);
        continue;
      }
      if (s.lo()[i] <= 0 && s.hi()[i] >= 0) {
        return Optional.empty();
      }
      boolean falls = s.hi()[i] < 0;
      first.set(i, falls ? u : l, t, s);
      second.set(i, falls ? l : u, t, s);
    }
    return Optional.of(new ClampBounds(first.build(dims), second.build(dims), behind.build(dims)));
  }
}
