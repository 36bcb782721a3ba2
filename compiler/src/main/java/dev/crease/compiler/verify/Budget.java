package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;

/// What the user accepts: an element may be off by `absolute + relative |y|`, where `y` is what it
/// should be. (As `atol` and `rtol` of numpy's `isclose`.)
public record Budget(double relative, double absolute) {
  /// @throws IllegalArgumentException if a number is negative, infinite or none
  public Budget {
    require("relative", relative);
    require("absolute", absolute);
  }

  private static void require(String what, double tolerance) {
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException(
          "the %s tolerance is %s, not a finite number of 0 or more".formatted(what, tolerance));
    }
  }

  /// The largest share of the budget that an element of `actual` takes, which has the shape of
  /// `expected`; infinite where an element is off that may not be. What is not finite must be the
  /// same on both sides, and so must all elements that are not floating-point numbers.
  public double share(DoubleTensor expected, DoubleTensor actual) {
    double share = 0;
    for (int i = 0; i < expected.data().length; i++) {
      share = Math.max(share, share(expected.data()[i], actual.data()[i]));
    }
    return expected.type().isFloating() || share == 0 ? share : Double.POSITIVE_INFINITY;
  }

  private double share(double y, double z) {
    if (y == z || (Double.isNaN(y) && Double.isNaN(z))) {
      return 0;
    }
    double distance = Math.abs(y - z);
    return Double.isFinite(distance)
        ? distance / (absolute + relative * Math.abs(y))
        : Double.POSITIVE_INFINITY;
  }

  /// `1e-04 |y| + 1e-06`
  @Override
  public String toString() {
    return "%.0e |y| + %.0e".formatted(relative, absolute);
  }
}
