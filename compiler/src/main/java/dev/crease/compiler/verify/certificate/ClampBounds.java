package dev.crease.compiler.verify.certificate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bounds of a clamp before a scale and shift, and the scale and shift behind it.
///
/// A channel whose bounds meet is that number: its scale is 0 then, and nothing bounds it. So it is
/// where it was scaled with 0.
record ClampBounds(Coefficients lower, Coefficients upper, Coefficients slope, Coefficients shift) {
  /// One bound of all channels, as it is computed.
  private static final class Builder {
    private final double[] lo;
    private final double[] hi;
    private final double[] magnitude;
    private final double @Nullable [] slack;
    private final Reals[] reals;

    Builder(int count, boolean rounded) {
      reals = new Reals[count];
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
      Reals shifted = bound.reals().plus(t.reals().negated());
      reals[i] = shifted.times(s.reals().reciprocal());
      magnitude[i] = (bound.magnitude()[i] + t.magnitude()[i]) / least;
      if (slack != null) {
        slack[i] = error(bound, i) == 0 ? 0 : Math.nextUp(error(bound, i) / least);
      }
    }

    /// A bound that bounds nothing.
    void setInfinite(int i, double bound) {
      lo[i] = bound;
      hi[i] = bound;
    }

    void setKept(int i, Coefficients t) {
      lo[i] = t.lo()[i];
      hi[i] = t.hi()[i];
      magnitude[i] = t.magnitude()[i];
      reals[i] = t.reals();
    }

    /// `clamp(t)`, which is no further from what it stands for than `t` or a bound is.
    void setClamped(int i, Coefficients t, Coefficients l, Coefficients u) {
      lo[i] = Math.min(Math.max(t.lo()[i], l.lo()[i]), u.lo()[i]);
      hi[i] = Math.min(Math.max(t.hi()[i], l.hi()[i]), u.hi()[i]);
      magnitude[i] = Math.max(t.magnitude()[i], Math.max(Math.abs(lo[i]), Math.abs(hi[i])));
      Reals raised = l.lo()[i] == Double.NEGATIVE_INFINITY ? t.reals() : t.reals().max(l.reals());
      reals[i] = u.hi()[i] == Double.POSITIVE_INFINITY ? raised : raised.min(u.reals());
      if (slack != null) {
        slack[i] = Math.max(error(t, i), Math.max(error(l, i), error(u, i)));
      }
    }

    Coefficients build(int[] dims) {
      return new Coefficients(dims, lo, hi, magnitude, slack, 2, i -> reals[i].at(i));
    }
  }

  /// Whether nothing is bounded.
  boolean areOpen() {
    return lower.isAll(Double.NEGATIVE_INFINITY) && upper.isAll(Double.POSITIVE_INFINITY);
  }

  /// Empty if the sign of a scale is not known, or what is scaled with something is rounded.
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
    boolean rounded = l.slack() != null || u.slack() != null || t.slack() != null;
    Builder first = new Builder(s.count(), rounded);
    Builder second = new Builder(s.count(), rounded);
    Builder behind = new Builder(s.count(), rounded);
    boolean[] constant = new boolean[s.count()];
    for (int i = 0; i < s.count(); i++) {
      constant[i] = meet(l, u, i) || (s.lo()[i] == 0 && s.hi()[i] == 0);
      if (constant[i]) {
        behind.setClamped(i, t, l, u);
        first.setInfinite(i, Double.NEGATIVE_INFINITY);
        second.setInfinite(i, Double.POSITIVE_INFINITY);
        continue;
      }
      if ((s.lo()[i] <= 0 && s.hi()[i] >= 0) || error(t, i) > 0) {
        return Optional.empty();
      }
      behind.setKept(i, t);
      boolean falls = s.hi()[i] < 0;
      first.set(i, falls ? u : l, t, s);
      second.set(i, falls ? l : u, t, s);
    }
    return Optional.of(
        new ClampBounds(
            first.build(dims), second.build(dims), s.except(constant, 0), behind.build(dims)));
  }

  private static double error(Coefficients c, int i) {
    return c.slack() == null ? 0 : c.slack()[i];
  }

  /// Whether both bounds are one known number.
  private static boolean meet(Coefficients l, Coefficients u, int i) {
    return l.lo()[i] == l.hi()[i] && u.lo()[i] == u.hi()[i] && l.lo()[i] == u.lo()[i];
  }
}
