package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.Optional;

/// How far two computations of the same results are apart, beside what rounding explains.
///
/// @param observed the largest absolute difference between finite elements
/// @param bound the largest that is allowed of any element
/// @param fraction the largest share of its own bound that an element is off; 0 where all are equal
/// @param ofBudget the largest share of the user's budget that an element is off; infinite without
///   a budget
/// @param basis what agreement is worth: bit-identical where no element has a radius, sampled where
///   the bound of one that is off is a tolerance
/// @param problem what no bound allows: shapes, or not the same where a side is not finite
public record Difference(
    double observed,
    double bound,
    double fraction,
    double ofBudget,
    Verdict basis,
    Optional<String> problem) {
  static final Difference NONE =
      new Difference(0, 0, 0, 0, Verdict.BIT_IDENTICAL, Optional.empty());

  /// Where no bound is known: relative to the largest expected magnitude.
  private static final double RELATIVE = 2e-5;

  private static final double ABSOLUTE = 1e-6;

  public boolean agrees() {
    return problem.isEmpty() && fraction <= 1;
  }

  /// Whether there is a budget, and no element takes more than it.
  public boolean isWithinBudget() {
    return problem.isEmpty() && ofBudget <= 1;
  }

  /// What this alone says.
  public Verdict verdict() {
    if (agrees()) {
      return basis;
    }
    return isWithinBudget() ? Verdict.WITHIN_BUDGET : Verdict.WRONG;
  }

  static Difference problem(String message) {
    double all = Double.POSITIVE_INFINITY;
    return new Difference(all, 0, all, all, Verdict.WRONG, Optional.of(message));
  }

  /// The larger of two, number by number.
  Difference and(Difference other) {
    return new Difference(
        Math.max(observed, other.observed),
        Math.max(bound, other.bound),
        Math.max(fraction, other.fraction),
        Math.max(ofBudget, other.ofBudget),
        worse(basis, other.basis),
        problem.or(other::problem));
  }

  /// This, as it is on ordinary inputs, and what hard ones say against it: how large these numbers
  /// are tells nothing.
  Difference tried(Difference hard) {
    return new Difference(
        observed,
        bound,
        Math.max(fraction, hard.fraction),
        Math.max(ofBudget, hard.ofBudget),
        worse(basis, hard.basis),
        problem.or(hard::problem));
  }

  private static Verdict worse(Verdict one, Verdict other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /// An element whose radius is infinite or not a number has no bound: the tolerance judges it.
  ///
  /// @param bounded whether the radii are bounds on both sides
  /// @param largest what the judged side may overflow from
  /// @param infinities whether infinities were put among the inputs
  /// @param budget what the user accepts
  static Difference of(
      Approximation expected,
      Approximation actual,
      boolean bounded,
      double largest,
      boolean infinities,
      Optional<Budget> budget) {
    DoubleTensor y = expected.tensor();
    DoubleTensor z = actual.tensor();
    if (y.type() != z.type() || !Arrays.equals(y.shape(), z.shape())) {
      return problem("expected " + y + ", got " + z);
    }
    double ofBudget = budget.map(given -> given.share(y, z)).orElse(Double.POSITIVE_INFINITY);
    return ofElements(expected, actual, bounded, largest, infinities, ofBudget);
  }

  private static Difference ofElements(
      Approximation expected,
      Approximation actual,
      boolean bounded,
      double largest,
      boolean infinities,
      double ofBudget) {
    DoubleTensor y = expected.tensor();
    double tolerance = y.type().isFloating() ? tolerance(y) : 0;
    double observed = 0;
    double bound = 0;
    double fraction = 0;
    Verdict basis = bounded ? Verdict.BIT_IDENTICAL : Verdict.SAMPLED;
    for (int i = 0; i < y.data().length; i++) {
      double p = y.data()[i];
      double q = actual.data()[i];
      double radius = expected.radius(i) + actual.radius(i);
      boolean isBound = bounded && Double.isFinite(radius);
      double allowed = isBound ? radius : tolerance;
      basis = radius == 0 ? basis : worse(basis, Verdict.WITHIN_BOUND);
      if (Double.isFinite(p) && Double.isFinite(q)) {
        double distance = Math.abs(p - q);
        bound = Math.max(bound, allowed);
        observed = Math.max(observed, distance);
        // What is equal is within any bound.
        basis = isBound || distance == 0 ? basis : Verdict.SAMPLED;
        fraction = distance == 0 ? fraction : Math.max(fraction, distance / allowed);
      } else if (Double.compare(p, q) != 0
          && !overflows(p, q, allowed, largest)
          && !(infinities && !isBound && cancels(p, q))) {
        return problem("element %d: expected %s, got %s".formatted(i, p, q));
      }
    }
    return new Difference(observed, bound, fraction, ofBudget, basis, Optional.empty());
  }

  private static boolean overflows(double p, double q, double allowed, double largest) {
    return Double.isFinite(p) && Double.isInfinite(q) && Math.abs(p) + allowed >= largest;
  }

  /// Whether infinities may have cancelled on one side alone: `x - 2 x` is no number where `-x` is
  /// infinite. A sum that is infinite has infinite terms of its own sign alone, so no order of them
  /// makes the other infinity of it. What adds an infinity rounds it, so the radius has no end.
  private static boolean cancels(double p, double q) {
    return Double.isNaN(p) ? Double.isInfinite(q) : Double.isInfinite(p) && Double.isNaN(q);
  }

  private static double tolerance(DoubleTensor y) {
    double magnitude = 0;
    for (double value : y.data()) {
      magnitude = Double.isFinite(value) ? Math.max(magnitude, Math.abs(value)) : magnitude;
    }
    return Math.max(RELATIVE, 2 * step(y.type())) * magnitude + ABSOLUTE;
  }

  private static double step(ElementType type) {
    return switch (type) {
      case FLOAT16 -> 0x1p-11;
      case BFLOAT16 -> 0x1p-8;
      case FLOAT32, FLOAT64 -> 0;
      case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, STRING -> 0;
    };
  }

  /// A fraction for people: `0.998`, or `3.1e+04` where it is far off.
  public static String share(double fraction) {
    return (fraction < 10 ? "%.3f" : "%.1e").formatted(fraction);
  }

  /// `difference 3.10e-09, bound 2.10e-08, at most 0.210 of it`, what it is of a budget where that
  /// decides, or what else is wrong.
  @Override
  public String toString() {
    return problem.orElseGet(
        () ->
            "difference %.2e, %s %.2e, at most %s of it%s"
                .formatted(
                    observed,
                    basis == Verdict.SAMPLED ? "tolerance" : "bound",
                    bound,
                    share(fraction),
                    agrees() || Double.isInfinite(ofBudget)
                        ? ""
                        : " and %s of the budget".formatted(share(ofBudget))));
  }
}
