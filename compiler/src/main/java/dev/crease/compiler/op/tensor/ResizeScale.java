package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;

/// A scale as the exact fraction `numerator / denominator` that a floating-point number is.
record ResizeScale(long numerator, long denominator) {
  /// @throws InvalidOperandException if the scale is not a positive number below `2^31`
  static ResizeScale of(double scale) {
    if (!(scale > 0x1p-30 && scale < 0x1p31)) {
      throw new InvalidOperandException(
          "scales of Resize should be positive and not beyond 2^31, got " + scale);
    }
    long denominator = 1;
    double numerator = (float) scale;
    while (numerator != Math.rint(numerator)) {
      numerator *= 2;
      denominator *= 2;
    }
    return new ResizeScale((long) numerator, denominator);
  }

  /// `floor(size scale)`.
  Dim applied(Dim size) {
    return size.times(numerator).floorDiv(Dim.of(denominator));
  }

  long applied(long size) {
    return Math.floorDiv(Math.multiplyExact(size, numerator), denominator);
  }
}
