package dev.crease.runtime.plan;

/// The functions of [Routine#RECURRENT], as ONNX's recurrent operators name them. A plan file has
/// the place of one in this list, so that a new one comes last.
public enum StepFunction {
  /// `alpha x + beta`
  AFFINE,
  /// `x < 0 ? alpha (e^x - 1) : x`
  ELU,
  /// `max(0, min(1, alpha x + beta))`
  HARD_SIGMOID,
  /// `x < 0 ? alpha x : x`
  LEAKY_RELU,
  /// `max(0, x)`
  RELU,
  /// `alpha tanh(beta x)`
  SCALED_TANH,
  /// `1 / (1 + e^-x)`
  SIGMOID,
  /// `ln(1 + e^x)`
  SOFTPLUS,
  /// `x / (1 + |x|)`
  SOFTSIGN,
  /// `tanh x`
  TANH,
  /// `x >= alpha ? x : 0`
  THRESHOLDED_RELU
}
