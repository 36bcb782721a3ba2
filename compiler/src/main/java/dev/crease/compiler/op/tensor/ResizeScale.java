package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;

/// A scale as the simplest fraction `numerator / denominator` that is it in float32: 7/10 for 0.7,
/// 5/3 for 1.6666666.
///
/// ONNX says `floor(size scale)`, and its implementations round the product to float32 before. The
/// fraction makes the same number of elements: where a size is a multiple of the denominator the
/// product rounds to a whole number, elsewhere it is further from one than float32 rounds.
record ResizeScale(float scale, long numerator, long denominator) {
  /// @throws InvalidOperandException if the scale is not a positive number below `2^31`
  static ResizeScale of(double given) {
    float scale = (float) given;
    if (!(scale > 0x1p-20 && scale < 0x1p31)) {
      throw new InvalidOperandException(
          "scales of Resize should be positive and not beyond 2^31, got " + given);
    }
    // Convergents of the continued fraction, whose last one is the scale itself.
    long numerator = 1;
    long denominator = 0;
    long numeratorBefore = 0;
    long denominatorBefore = 1;
    double rest = scale;
    while (true) {
      long whole = (long) Math.floor(rest);
      long nextNumerator = whole * numerator + numeratorBefore;
      long nextDenominator = whole * denominator + denominatorBefore;
      numeratorBefore = numerator;
      denominatorBefore = denominator;
      numerator = nextNumerator;
      denominator = nextDenominator;
      if ((float) ((double) numerator / denominator) == scale) {
        return new ResizeScale(scale, numerator, denominator);
      }
      rest = 1 / (rest - whole);
    }
  }

  /// `floor(size scale)`.
  Dim applied(Dim size) {
    return size.isKnown()
        ? Dim.of(applied(size.known().getAsLong()))
        : size.times(numerator).floorDiv(Dim.of(denominator));
  }

  long applied(long size) {
    return (long) Math.floor((float) size * scale);
  }
}
