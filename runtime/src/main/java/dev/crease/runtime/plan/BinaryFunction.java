package dev.crease.runtime.plan;

/// Scalar functions of two operands of one type. Formulas are ONNX's.
public enum BinaryFunction {
  ADD,
  SUB,
  MUL,
  /// Integers truncate towards zero.
  DIV,
  MIN,
  MAX,
  POW,
  /// `a < 0 ? a b : a`
  PRELU,
}
