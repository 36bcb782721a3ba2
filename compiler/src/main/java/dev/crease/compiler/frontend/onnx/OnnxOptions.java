package dev.crease.compiler.frontend.onnx;

/// How to read a model.
///
/// @param initializersAreConstant take initializers that are also listed as inputs for constants,
///   although a caller of a model of IR version 4 or later may override them; what exporters
///   usually mean, and what lets passes fold them
public record OnnxOptions(boolean initializersAreConstant) {
  /// What the specification says.
  public static final OnnxOptions DEFAULT = new OnnxOptions(false);
}
