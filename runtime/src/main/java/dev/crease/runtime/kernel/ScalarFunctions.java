package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;

/// The scalar functions as formulas in double. A float32 result is this one rounded once, which
/// makes it correctly rounded but for a few arguments in a million.
final class ScalarFunctions {
  /// `sqrt(2 / pi)`
  private static final double ROOT_OF_TWO_OVER_PI = Math.sqrt(2 / Math.PI);

  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private ScalarFunctions() {}

  static double unary(UnaryFunction function, double alpha, double beta, double x) {
    return switch (function) {
      case IDENTITY -> x;
      case ABS -> Math.abs(x);
      case ACOS -> Math.acos(x);
      case ACOSH -> Math.log1p(x - 1 + Math.sqrt(x - 1) * Math.sqrt(x + 1));
      case ASIN -> Math.asin(x);
      case ASINH -> asinh(x);
      case ATAN -> Math.atan(x);
      case ATANH -> (Math.log1p(x) - Math.log1p(-x)) / 2;
      case CEIL -> Math.ceil(x);
      case CELU -> x < 0 ? alpha * Math.expm1(x / alpha) : x;
      case CLIP -> Math.min(beta, Math.max(alpha, x));
      case COS -> Math.cos(x);
      case COSH -> Math.cosh(x);
      case ELU -> x < 0 ? alpha * Math.expm1(x) : x;
      case ERF -> erf(x);
      case EXP -> Math.exp(x);
      case FLOOR -> Math.floor(x);
      case GELU -> x * (1 + erf(x * Math.sqrt(0.5))) / 2;
      case GELU_TANH -> x * (1 + Math.tanh(ROOT_OF_TWO_OVER_PI * (x + 0.044715 * x * x * x))) / 2;
      case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
      case HARD_SWISH -> x * Math.max(0, Math.min(1, slope(alpha) * x + beta));
      case LEAKY_RELU -> x < 0 ? alpha * x : x;
      case LOG -> Math.log(x);
      case MISH -> x * Math.tanh(softplus(x));
      case NEG -> -x;
      case RECIPROCAL -> 1 / x;
      case RELU -> Math.max(0, x);
      case ROUND -> Math.rint(x);
      case SELU -> beta * (x < 0 ? alpha * Math.expm1(x) : x);
      case SHRINK -> x < -beta ? x + alpha : x > beta ? x - alpha : 0;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SIGN -> Math.signum(x);
      case SIN -> Math.sin(x);
      case SINH -> Math.sinh(x);
      case SOFTPLUS -> softplus(x);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SQRT -> Math.sqrt(x);
      case SWISH -> x / (1 + Math.exp(-alpha * x));
      case TAN -> Math.tan(x);
      case TANH -> Math.tanh(x);
      case THRESHOLDED_RELU -> x > alpha ? x : 0;
    };
  }

  /// The slope of ONNX's HardSwish is a sixth, which no float32 is.
  private static double slope(double alpha) {
    return alpha == 1 / 6f ? 1 / 6.0 : alpha;
  }

  private static double softplus(double x) {
    return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /// `sign(x) ln(|x| + sqrt(x^2 + 1))`, without a difference of near numbers, nor overflow.
  private static double asinh(double x) {
    double magnitude = Math.abs(x);
    double value =
        magnitude > 0x1p28
            ? Math.log(magnitude) + Math.log(2)
            : Math.log1p(magnitude + x * x / (1 + Math.sqrt(x * x + 1)));
    return Math.copySign(value, x);
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
      case MOD -> mod(a, b);
      case FMOD -> a % b;
      case SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_OR, BIT_XOR ->
          throw new IllegalArgumentException(function + " is of integers only");
    };
  }

  /// The remainder is exact, and so is its sum with `b`, rounded once.
  private static double mod(double a, double b) {
    double remainder = a % b;
    boolean other = remainder != 0 && remainder < 0 != b < 0;
    return other ? remainder + b : remainder;
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
      case MOD -> (float) mod(a, b);
      case FMOD -> a % b;
      case SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_OR, BIT_XOR ->
          throw new IllegalArgumentException(function + " is of integers only");
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
