package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;
import java.math.BigDecimal;
import java.math.BigInteger;

/// A scale as the fraction `numerator / denominator` that its shortest decimal is: 0.7 in float32,
/// a little less than 7/10, makes 7 of 10 elements, as float32 arithmetic does.
record ResizeScale(long numerator, long denominator) {
  /// @throws InvalidOperandException if the scale is not a positive number below `2^31`
  static ResizeScale of(double scale) {
    if (!(scale > 0x1p-20 && scale < 0x1p31)) {
      throw new InvalidOperandException(
          "scales of Resize should be positive and not beyond 2^31, got " + scale);
    }
    BigDecimal decimal = new BigDecimal(Float.toString((float) scale));
    BigInteger denominator = BigInteger.TEN.pow(Math.max(0, decimal.scale()));
    BigInteger numerator = decimal.multiply(new BigDecimal(denominator)).toBigIntegerExact();
    BigInteger common = numerator.gcd(denominator);
    return new ResizeScale(
        numerator.divide(common).longValueExact(), denominator.divide(common).longValueExact());
  }

  /// `floor(size scale)`.
  Dim applied(Dim size) {
    return size.times(numerator).floorDiv(Dim.of(denominator));
  }

  long applied(long size) {
    return Math.floorDiv(Math.multiplyExact(size, numerator), denominator);
  }
}
