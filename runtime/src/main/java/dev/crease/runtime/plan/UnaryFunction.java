package dev.crease.runtime.plan;

/// Scalar functions of one operand and up to two parameters. Formulas are ONNX's.
public enum UnaryFunction {
  /// `x`
  IDENTITY,
  /// `|x|`
  ABS,
  /// the smallest integer not below `x`
  CEIL,
  /// `min(beta, max(alpha, x))`
  CLIP,
  /// `x < 0 ? alpha (e^x - 1) : x`
  ELU,
  /// the error function
  ERF,
  /// `e^x`
  EXP,
  /// the largest integer not above `x`
  FLOOR,
  /// `max(0, min(1, alpha x + beta))`
  HARD_SIGMOID,
  /// `x max(0, min(1, alpha x + beta))`
  HARD_SWISH,
  /// `x < 0 ? alpha x : x`
  LEAKY_RELU,
  /// `ln x`
  LOG,
  /// `-x`
  NEG,
  /// `1 / x`
  RECIPROCAL,
  /// `max(0, x)`
  RELU,
  /// `1 / (1 + e^-x)`
  SIGMOID,
  /// `ln(1 + e^x)`
  SOFTPLUS,
  /// `sqrt(x)`
  SQRT,
  /// `tanh x`
  TANH,
}
