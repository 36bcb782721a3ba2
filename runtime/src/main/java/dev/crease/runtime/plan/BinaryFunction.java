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
  /// The remainder of a division that rounds down: it has the sign of `b`.
  MOD,
  /// The remainder of a division that truncates: it has the sign of `a`.
  FMOD,
  /// Of integers: the bits of `a`, by `b` places; all shifted out if `b` is the width or more.
  SHIFT_LEFT,
  /// As SHIFT_LEFT, of unsigned integers.
  SHIFT_RIGHT,
  /// Of integers, bit by bit, as the next two.
  BIT_AND,
  BIT_OR,
  BIT_XOR;

  /// Whether there is no such function of floating-point numbers.
  public boolean isOfIntegersOnly() {
    return switch (this) {
      case ADD, SUB, MUL, DIV, MIN, MAX, POW, PRELU, MOD, FMOD -> false;
      case SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_OR, BIT_XOR -> true;
    };
  }
}
