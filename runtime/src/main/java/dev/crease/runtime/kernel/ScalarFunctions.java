package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;

/// The scalar functions as formulas in double. A float32 result is this one rounded once, which
/// makes it correctly rounded but for a few arguments in a million.
final class ScalarFunctions {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private ScalarFunctions() {}

  static double unary(UnaryFunction function, double alpha, double beta, double x) {
    return switch (function) {
      case IDENTITY -> x;
      case ABS -> Math.abs(x);
      case CEIL -> Math.ceil(x);
      case CLIP -> Math.min(beta, Math.max(alpha, x));
      case ELU -> x < 0 ? alpha * Math.expm1(x) : x;
      case ERF -> erf(x);
      case EXP -> Math.exp(x);
      case FLOOR -> Math.floor(x);
      case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
      case HARD_SWISH -> x * Math.max(0, Math.min(1, alpha * x + beta));
      case LEAKY_RELU -> x < 0 ? alpha * x : x;
      case LOG -> Math.log(x);
      case NEG -> -x;
      case RECIPROCAL -> 1 / x;
      case RELU -> Math.max(0, x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
      case SQRT -> Math.sqrt(x);
      case TANH -> Math.tanh(x);
    };
  }

  static double binary(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> Math.pow(a, b);
      case PRELU -> a < 0 ? a * b : a;
    };
  }

  /// The same in float32 arithmetic; equal to rounding the double result, since one addition,
  /// product or quotient of floats survives double rounding.
  static float binary(BinaryFunction function, float a, float b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> (float) Math.pow(a, b);
      case PRELU -> a < 0 ? a * b : a;
    };
  }

  /// `erf x = 2 / sqrt(pi) e^(-x^2) sum over n of 2^n x^(2n+1) / (2n+1)!!` (Abramowitz and Stegun,
  /// 7.1.6). All terms have one sign, so the sum loses no digits; past |x| = 6 erf is +-1 in
  /// double.
  static double erf(double x) {
    double magnitude = Math.abs(x);
    if (!(magnitude < 6)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double square = x * x;
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * square / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-square) * sum;
  }
}
