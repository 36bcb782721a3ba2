package dev.crease.compiler.verify.certificate;

/// Operations on bounds in double, rounded outwards by one unit in the last place where the result
/// is not exact: the nearest double is within half of that.
enum Enclosure {
  ADD,
  MULTIPLY;

  private static final double SMALLEST_EXACT = 0x1p-900;

  private static double outwards(double value, boolean up) {
    return up ? Math.nextUp(value) : Math.nextDown(value);
  }

  /// A bound of `a + b`. Knuth's two-sum tells whether the sum is exact.
  static double sum(double a, double b, boolean up) {
    double sum = a + b;
    return lost(a, b) == 0 ? sum : outwards(sum, up);
  }

  /// What the nearest double to `a + b` lacks, exactly.
  static double lost(double a, double b) {
    double sum = a + b;
    double part = sum - a;
    return a - (sum - part) + (b - part);
  }

  /// A bound of `a b`; far above the subnormal numbers a fused multiply-add tells the error.
  private static double product(double a, double b, boolean up) {
    double product = a * b;
    boolean zero = a == 0 || b == 0;
    boolean exact = Math.abs(product) > SMALLEST_EXACT && Math.fma(a, b, -product) == 0;
    return zero || exact ? product : outwards(product, up);
  }

  /// A bound of the product of two enclosed numbers.
  static double product(double lo, double hi, double otherLo, double otherHi, boolean up) {
    double a = product(lo, otherLo, up);
    if (lo == hi && otherLo == otherHi) {
      return a;
    }
    double b = product(lo, otherHi, up);
    double c = product(hi, otherLo, up);
    double d = product(hi, otherHi, up);
    return up ? Math.max(Math.max(a, b), Math.max(c, d)) : Math.min(Math.min(a, b), Math.min(c, d));
  }

  static double quotient(double a, double b, boolean up) {
    double quotient = a / b;
    boolean exact =
        Math.abs(quotient) > SMALLEST_EXACT
            && Math.abs(a) > SMALLEST_EXACT
            && Math.fma(quotient, b, -a) == 0;
    return exact ? quotient : outwards(quotient, up);
  }

  static double root(double a, boolean up) {
    double root = Math.sqrt(a);
    boolean exact = a > SMALLEST_EXACT && Math.fma(root, root, -a) == 0;
    return exact ? root : outwards(root, up);
  }
}
