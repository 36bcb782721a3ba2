package dev.crease.compiler.op.math;

/// The error function to about double precision.
final class ErrorFunction {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private ErrorFunction() {}

  static double erf(double x) {
    double magnitude = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    double value = magnitude < 2.5 ? series(magnitude) : 1 - complement(magnitude);
    return Math.copySign(value, x);
  }

  /// `2 / sqrt(pi) e^(-x^2) sum of 2^n x^(2n + 1) / (2n + 1)!!` (Abramowitz and Stegun 7.1.6): all
  /// terms positive, so nothing cancels.
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
  }

  /// `1 - erf(x)` by its continued fraction (Abramowitz and Stegun 7.1.14), from the inside out.
  private static double complement(double x) {
    if (x > 6) {
      return 0;
    }
    double fraction = x;
    for (int k = 80; k >= 1; k--) {
      fraction = x + k / 2.0 / fraction;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
  }
}
