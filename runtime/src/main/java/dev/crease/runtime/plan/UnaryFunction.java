package dev.crease.runtime.plan;

/// Scalar functions of one operand and up to two parameters. Formulas are ONNX's.
public enum UnaryFunction {
  /// `x`
  IDENTITY,
  /// `|x|`
  ABS,
  ACOS,
  ACOSH,
  ASIN,
  ASINH,
  ATAN,
  ATANH,
  /// the smallest integer not below `x`
  CEIL,
  /// `x < 0 ? alpha (e^(x / alpha) - 1) : x`
  CELU,
  /// `min(beta, max(alpha, x))`
  CLIP,
  COS,
  COSH,
  /// `x < 0 ? alpha (e^x - 1) : x`
  ELU,
  /// the error function
  ERF,
  /// `e^x`
  EXP,
  /// the largest integer not above `x`
  FLOOR,
  /// `x (1 + erf(x / sqrt(2))) / 2`
  GELU,
  /// `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`
  GELU_TANH,
  /// `max(0, min(1, alpha x + beta))`
  HARD_SIGMOID,
  /// `x max(0, min(1, alpha x + beta))`
  HARD_SWISH,
  /// `x < 0 ? alpha x : x`
  LEAKY_RELU,
  /// `ln x`
  LOG,
  /// `x tanh(ln(1 + e^x))`
  MISH,
  /// `-x`
  NEG,
  /// `1 / x`
  RECIPROCAL,
  /// `max(0, x)`
  RELU,
  /// the nearest integer, the even one of two
  ROUND,
  /// `beta (x < 0 ? alpha (e^x - 1) : x)`
  SELU,
  /// `x < -beta ? x + alpha : x > beta ? x - alpha : 0`
  SHRINK,
  /// `1 / (1 + e^-x)`
  SIGMOID,
  /// -1, 0 or 1; NaN for NaN
  SIGN,
  SIN,
  SINH,
  /// `ln(1 + e^x)`
  SOFTPLUS,
  /// `x / (1 + |x|)`
  SOFTSIGN,
  /// `sqrt(x)`
  SQRT,
  /// `x / (1 + e^(-alpha x))`
  SWISH,
  TAN,
  /// `tanh x`
  TANH,
  /// `x > alpha ? x : 0`
  THRESHOLDED_RELU,
}
