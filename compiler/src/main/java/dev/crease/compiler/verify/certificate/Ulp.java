package dev.crease.compiler.verify.certificate;

import dev.crease.runtime.ElementType;

/// Units in the last place of stored numbers.
final class Ulp {
  private Ulp() {}

  /// The distance from a number of the type to the next of larger magnitude; the smallest subnormal
  /// at 0.
  static double of(ElementType element, double value) {
    return switch (element) {
      case FLOAT64 -> Math.ulp(value);
      case FLOAT32 -> Math.ulp((float) value);
      case FLOAT16 -> binary(value, 10, -14);
      case BFLOAT16 -> binary(value, 7, Float.MIN_EXPONENT);
      default -> throw new NotCoveredException(element + " is not floating point");
    };
  }

  /// The smallest magnitude that has all the type's digits.
  static double smallestNormal(ElementType element) {
    return switch (element) {
      case FLOAT64 -> Double.MIN_NORMAL;
      case FLOAT32, BFLOAT16 -> Float.MIN_NORMAL;
      case FLOAT16 -> 0x1p-14;
      default -> throw new NotCoveredException(element + " is not floating point");
    };
  }

  private static double binary(double value, int fractionBits, int minExponent) {
    int exponent = value == 0 ? minExponent : Math.max(minExponent, Math.getExponent(value));
    return Math.scalb(1.0, exponent - fractionBits);
  }
}
