package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;

/// Single elements of any numeric type as `long` or `double`; for paths where speed does not
/// matter.
final class Elements {
  private Elements() {}

  /// An element of an integer type or a boolean; unsigned 64-bit values keep their bits.
  static long integer(ElementType type, Object array, int index) {
    return switch (type) {
      case BOOL -> ((byte[]) array)[index] == 0 ? 0 : 1;
      case INT8 -> ((byte[]) array)[index];
      case UINT8 -> Byte.toUnsignedLong(((byte[]) array)[index]);
      case INT16 -> ((short[]) array)[index];
      case UINT16 -> Short.toUnsignedLong(((short[]) array)[index]);
      case INT32 -> ((int[]) array)[index];
      case UINT32 -> Integer.toUnsignedLong(((int[]) array)[index]);
      case INT64, UINT64 -> ((long[]) array)[index];
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, STRING ->
          throw new IllegalArgumentException(type + " is not an integer type");
    };
  }

  /// Stores the low bits of `value`; a boolean is whether it is not 0.
  static void setInteger(ElementType type, Object array, int index, long value) {
    switch (type) {
      case BOOL -> ((byte[]) array)[index] = (byte) (value == 0 ? 0 : 1);
      case INT8, UINT8 -> ((byte[]) array)[index] = (byte) value;
      case INT16, UINT16 -> ((short[]) array)[index] = (short) value;
      case INT32, UINT32 -> ((int[]) array)[index] = (int) value;
      case INT64, UINT64 -> ((long[]) array)[index] = value;
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, STRING ->
          throw new IllegalArgumentException(type + " is not an integer type");
    }
  }

  /// An element of a floating-point type.
  static double floating(ElementType type, Object array, int index) {
    return switch (type) {
      case FLOAT32 -> ((float[]) array)[index];
      case FLOAT64 -> ((double[]) array)[index];
      case FLOAT16 -> Float.float16ToFloat(((short[]) array)[index]);
      case BFLOAT16 -> Float.intBitsToFloat(((short[]) array)[index] << 16);
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING ->
          throw new IllegalArgumentException(type + " is not a floating-point type");
    };
  }

  /// Stores `value` rounded once, to nearest even, by way of float32 where that is exact enough.
  static void setFloating(ElementType type, Object array, int index, double value) {
    switch (type) {
      case FLOAT32 -> ((float[]) array)[index] = (float) value;
      case FLOAT64 -> ((double[]) array)[index] = value;
      case FLOAT16 -> ((short[]) array)[index] = Float.floatToFloat16(roundToOdd(value));
      case BFLOAT16 -> ((short[]) array)[index] = bfloat16(roundToOdd(value));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING ->
          throw new IllegalArgumentException(type + " is not a floating-point type");
    }
  }

  /// A double as float32 such that rounding again to fewer bits gives what rounding once would: an
  /// inexact result gets an odd last bit (Boldo and Melquiond, "When double rounding is odd").
  private static float roundToOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Float.isNaN(nearest)) {
      return nearest;
    }
    if (Float.isInfinite(nearest)) {
      return nearest;
    }
    float below = Math.abs(nearest) > Math.abs(value) ? towardsZero(nearest) : nearest;
    return Float.intBitsToFloat(Float.floatToRawIntBits(below) | 1);
  }

  private static float towardsZero(float value) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) - 1);
  }

  /// The bits of the nearest bfloat16, ties to even; NaN stays NaN.
  static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
