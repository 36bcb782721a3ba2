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
/// @param bounded whether the bound is derived; otherwise it is a tolerance
/// @param problem what no bound allows: shapes, or one side finite where the other is not
public record Difference(
    double observed, double bound, double fraction, boolean bounded, Optional<String> problem) {
  static final Difference NONE = new Difference(0, 0, 0, true, Optional.empty());

  /// Where no bound is known: relative to the largest expected magnitude.
  private static final double RELATIVE = 2e-5;

  private static final double ABSOLUTE = 1e-6;

  public boolean agrees() {
    return problem.isEmpty() && fraction <= 1;
  }

  /// What this alone says.
  public Verdict verdict() {
    if (!agrees()) {
      return Verdict.WRONG;
    }
    if (!bounded) {
      return Verdict.SAMPLED;
    }
    return bound == 0 ? Verdict.BIT_IDENTICAL : Verdict.WITHIN_BOUND;
  }

  static Difference problem(String message) {
    return new Difference(
        Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY, true, Optional.of(message));
  }

  /// The larger of two, number by number.
  Difference and(Difference other) {
    return new Difference(
        Math.max(observed, other.observed),
        Math.max(bound, other.bound),
        Math.max(fraction, other.fraction),
        bounded && other.bounded,
        problem.or(other::problem));
  }

  /// This, as it is on ordinary inputs, and what hard ones say against it: how large these numbers
  /// are tells nothing.
  Difference tried(Difference hard) {
    return new Difference(
        observed,
        bound,
        Math.max(fraction, hard.fraction),
        bounded && hard.bounded,
        problem.or(hard::problem));
  }

  /// @param bounded whether the radii are bounds on both sides
  /// @param largest what the judged side may overflow from
  static Difference of(
      Approximation expected, Approximation actual, boolean bounded, double largest) {
    DoubleTensor y = expected.tensor();
    DoubleTensor z = actual.tensor();
    if (y.type() != z.type() || !Arrays.equals(y.shape(), z.shape())) {
      return problem("expected " + y + ", got " + z);
    }
    double tolerance = y.type().isFloating() && !bounded ? tolerance(y) : 0;
    double observed = 0;
    double bound = 0;
    double fraction = 0;
    for (int i = 0; i < y.data().length; i++) {
      double p = y.data()[i];
      double q = z.data()[i];
      double radius = bounded ? expected.radius(i) + actual.radius(i) : tolerance;
      boolean same = Double.compare(p, q) == 0 || p == q;
      if (!Double.isFinite(p) && !Double.isFinite(q)) {
        // Which of them a sum of infinities is depends on what was added first.
        continue;
      }
      if (!same && !(Double.isFinite(p) && Double.isFinite(q))) {
        if (Math.abs(p) + radius >= largest && Double.isInfinite(q)) {
          continue;
        }
        return problem("element %d: expected %s, got %s".formatted(i, p, q));
      }
      bound = Double.isFinite(radius) ? Math.max(bound, radius) : bound;
      if (!same) {
        double distance = Math.abs(p - q);
        observed = Math.max(observed, distance);
        // Not a number where both a radius and what it grows by are without end.
        fraction = Math.max(fraction, Double.isNaN(radius) ? 0 : distance / radius);
      }
    }
    return new Difference(observed, bound, fraction, bounded, Optional.empty());
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

  /// `difference 3.10e-09, bound 2.10e-08, at most 0.210 of it`, or what else is wrong.
  @Override
  public String toString() {
    return problem.orElseGet(
        () ->
            "difference %.2e, %s %.2e, at most %s of it"
                .formatted(observed, bounded ? "bound" : "tolerance", bound, share(fraction)));
  }
}
