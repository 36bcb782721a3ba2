package dev.crease.compiler.verify.certificate;

import dev.crease.runtime.ElementType;
import org.jspecify.annotations.Nullable;

/// Decides coefficient by coefficient, and remembers the worst.
///
/// A coefficient of `after`, enclosed by `[a, b]`, is right if it lies within its slack of every
/// real number in the enclosure `[c, d]` of `before`, and wrong if it lies within it of none. Where
/// constants are rounded, `2^-53` of the magnitudes that were added is allowed besides for each of
/// 32 operations, and for each number that was added: a rewrite computes in double. What the
/// doubles around a coefficient do not decide, [Reals] do; and how far a float64 number is off.
final class Judge {
  private static final double ROUNDED_IN_DOUBLE = 0x1p-53;
  private static final int OPERATIONS = 32;

  /// Terms of a weight that is scaled, or of a shift.
  private static final int FEW = 4;

  private final ElementType element;
  private final boolean computed;
  private double deviation;
  private boolean rounded;
  private long count;
  private @Nullable String undecided;
  private Finding.@Nullable Refuted refuted;

  /// Names the coefficient at an index.
  @FunctionalInterface
  interface Place {
    String of(int index);
  }

  /// @param element the type in whose units deviations are told
  /// @param computed whether `after` has constants that `before` has not
  Judge(ElementType element, boolean computed) {
    this.element = element;
    this.computed = computed;
  }

  Judge fresh() {
    return new Judge(element, computed);
  }

  boolean isProved() {
    return refuted == null && undecided == null;
  }

  /// Whether anything was compared, and proved.
  boolean wasProved() {
    return isProved() && count > 0;
  }

  Finding finding() {
    if (refuted != null) {
      return refuted;
    }
    if (undecided != null) {
      return new Finding.NotCovered(undecided);
    }
    Finding.Kind kind = rounded ? Finding.Kind.WITHIN_ROUNDING : Finding.Kind.IDENTICAL;
    return new Finding.Proved(kind, deviation, count);
  }

  void add(Judge other) {
    deviation = Math.max(deviation, other.deviation);
    rounded |= other.rounded;
    count += other.count;
    undecided = undecided == null ? other.undecided : undecided;
    refuted = refuted == null ? other.refuted : refuted;
  }

  void refute(String where, String expected, String got) {
    if (refuted == null) {
      refuted = new Finding.Refuted(where, expected, got);
    }
  }

  void leave(String reason) {
    if (undecided == null) {
      undecided = reason;
    }
  }

  /// Coefficients that are the same objects, computed once.
  void same(Coefficients both) {
    count += both.count();
  }

  void compare(Coefficients before, Coefficients after, Place place) {
    if (before == after && before.isExact()) {
      same(before);
      return;
    }
    int[] shape = Indexes.broadcast(before.dims(), after.dims());
    Coefficients expected = before.over(shape);
    Coefficients got = after.over(shape);
    for (int i = 0; i < expected.count() && refuted == null; i++) {
      compare(expected, i, got, i, i, place);
    }
  }

  /// Compares two coefficients.
  ///
  /// @param index for the place
  void compare(Coefficients before, int i, Coefficients after, int j, int index, Place place) {
    if (Double.isInfinite(before.lo()[i]) || Double.isInfinite(after.lo()[j])) {
      infinite(before, i, after, j, place.of(index));
      return;
    }
    double slack = after.slack() == null ? 0 : after.slack()[j];
    double gap = Math.max(after.lo()[j] - before.hi()[i], before.lo()[i] - after.hi()[j]);
    double farthest =
        Math.max(
            Math.abs(after.hi()[j] - before.lo()[i]), Math.abs(before.hi()[i] - after.lo()[j]));
    double magnitude = Math.max(before.magnitude()[i], after.magnitude()[j]);
    // Without new constants nothing is rounded; only the enclosures of one sum may differ.
    boolean mayDiffer = computed || gap <= 0;
    double allowed = mayDiffer ? slack + roundings(before, after) * magnitude : 0;
    count++;
    boolean undecided = farthest > allowed && gap <= allowed * (1 + OPERATIONS * ROUNDED_IN_DOUBLE);
    if (undecided || (farthest <= allowed && isMeasured(before, after, farthest, magnitude))) {
      Real expected = before.reals().at(i);
      Real got = after.reals().at(j);
      farthest = expected.farthest(got);
      gap = expected.gap(got);
    }
    if (farthest <= allowed) {
      rounded |= slack > 0 || farthest > 0;
      if (farthest > 0) {
        deviation = Math.max(deviation, farthest / Ulp.of(element, magnitude));
      }
    } else if (isFlushed(before, i, after, j)) {
      leave(place.of(index) + " was subnormal and is 0");
    } else if (gap > allowed) {
      refute(place.of(index), before.text(i), after.text(j));
    } else {
      leave("%s: %s and %s".formatted(place.of(index), before.text(i), after.text(j)));
    }
  }

  /// Whether the width of the enclosures shows in what is told of the deviation: doubles around a
  /// float64 number are as wide as its roundings. A long sum is left, since it costs its length.
  private boolean isMeasured(
      Coefficients before, Coefficients after, double farthest, double magnitude) {
    return element == ElementType.FLOAT64
        && Math.max(before.summands(), after.summands()) <= FEW
        && farthest > Ulp.of(element, magnitude) / 2;
  }

  /// Whether a subnormal number became 0: no rounding, but less than any result can tell.
  private boolean isFlushed(Coefficients before, int i, Coefficients after, int j) {
    double largest = Math.max(Math.abs(before.lo()[i]), Math.abs(before.hi()[i]));
    return after.lo()[j] == 0 && after.hi()[j] == 0 && largest < Ulp.smallestNormal(element);
  }

  private static double roundings(Coefficients before, Coefficients after) {
    return (OPERATIONS + Math.max(before.summands(), after.summands())) * ROUNDED_IN_DOUBLE;
  }

  /// Bounds that bound nothing are right only where they are meant.
  private void infinite(Coefficients before, int i, Coefficients after, int j, String where) {
    count++;
    boolean same = before.lo()[i] == after.lo()[j] && before.hi()[i] == after.hi()[j];
    if (!same) {
      refute(where, before.text(i), after.text(j));
    }
  }
}
