package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;

/// Single numbers: from their digits, and into the array of an element type. All methods throw
/// [IllegalArgumentException] for what does not fit.
final class Scalars {
  private Scalars() {}

  /// The number that these digits write, with fraction and exponent if any.
  static Item literal(String digits) {
    if (isWhole(digits)) {
      BigInteger value = new BigInteger(digits);
      if (value.bitLength() < Long.SIZE) {
        return Item.Whole.of(value.longValue());
      }
    }
    return new Item.Real(Double.parseDouble(digits), Optional.of(digits));
  }

  static Item.Real notANumber(Optional<String> bits) {
    return new Item.Real(Double.NaN, bits.map(text -> "nan(" + text + ")"));
  }

  private static boolean isWhole(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if ((c < '0' || c > '9') && (i > 0 || c != '-')) {
        return false;
      }
    }
    return true;
  }

  /// The float nearest to the number as it was written.
  static float toFloat(Item item) {
    float[] one = new float[1];
    set(one, ElementType.FLOAT32, 0, item);
    return one[0];
  }

  /// Stores `item` as the element at `index` of an array that holds `element`s.
  static void set(Object array, ElementType element, int index, Item item) {
    switch (item) {
      case Item.Whole(var value) when value.isKnown() ->
          setDigits(array, element, index, Long.toString(value.known().getAsLong()));
      case Item.Real(var value, var text) -> {
        if (text.isPresent() && text.get().startsWith("nan(")) {
          setBits(array, element, index, text.get().substring(6, text.get().length() - 1));
        } else if (text.isPresent()) {
          setDigits(array, element, index, text.get());
        } else {
          setReal(array, element, index, value);
        }
      }
      case Item.Truth(var value) when element == ElementType.BOOL ->
          ((byte[]) array)[index] = (byte) (value ? 1 : 0);
      case Item.Text(var value) when element == ElementType.STRING ->
          ((String[]) array)[index] = value;
      default ->
          throw new IllegalArgumentException(
              "an element of type " + element + " cannot be " + item.describe());
    }
  }

  /// Stores the number that `digits` write, rounded once.
  static void setDigits(Object array, ElementType element, int index, String digits) {
    switch (element) {
      case FLOAT32 -> ((float[]) array)[index] = finite(Float.parseFloat(digits), digits, element);
      case FLOAT64 ->
          ((double[]) array)[index] = finite(Double.parseDouble(digits), digits, element);
      case FLOAT16, BFLOAT16 -> {
        short bits = half(element, Double.parseDouble(digits));
        finite(Elements.toDoubles(element, new short[] {bits})[0], digits, element);
        ((short[]) array)[index] = bits;
      }
      case STRING -> throw new IllegalArgumentException("a string cannot be the number " + digits);
      default -> setInteger(array, element, index, digits);
    }
  }

  private static short half(ElementType element, double value) {
    return ((short[]) Elements.fromDoubles(element, new double[] {value}))[0];
  }

  private static float finite(float value, String digits, ElementType element) {
    finite((double) value, digits, element);
    return value;
  }

  private static double finite(double value, String digits, ElementType element) {
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          digits + " is too large for " + element + "; infinity is written inf");
    }
    return value;
  }

  private static void setReal(Object array, ElementType element, int index, double value) {
    switch (array) {
      case float[] floats -> floats[index] = (float) value;
      case double[] doubles -> doubles[index] = value;
      case short[] halves when element.isFloating() -> halves[index] = half(element, value);
      default ->
          throw new IllegalArgumentException(
              "an element of type " + element + " cannot be the number " + value);
    }
  }

  private static void setInteger(Object array, ElementType element, int index, String digits) {
    if (!isWhole(digits)) {
      throw new IllegalArgumentException(
          "an element of type " + element + " cannot be the number " + digits);
    }
    BigInteger value = new BigInteger(digits);
    boolean signed = element.isSigned();
    int bits = 8 * element.bytes();
    boolean fits =
        signed ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
    if (!fits) {
      throw new IllegalArgumentException(digits + " does not fit " + element);
    }
    switch (array) {
      case long[] longs -> longs[index] = value.longValue();
      case int[] ints -> ints[index] = value.intValue();
      case short[] shorts -> shorts[index] = value.shortValue();
      case byte[] bytes -> bytes[index] = value.byteValue();
      default -> throw new IllegalStateException(element + " in " + array.getClass());
    }
  }

  private static void setBits(Object array, ElementType element, int index, String hex) {
    int digits = 2 * element.bytes();
    if (hex.length() > digits + 1 || !element.isFloating() || hex.length() > 16) {
      throw new IllegalArgumentException("nan(0x" + hex + ") is not of type " + element);
    }
    long bits = Long.parseUnsignedLong(hex, 16);
    switch (array) {
      case float[] floats -> floats[index] = Float.intBitsToFloat((int) bits);
      case double[] doubles -> doubles[index] = Double.longBitsToDouble(bits);
      case short[] halves -> halves[index] = (short) bits;
      default -> throw new IllegalStateException(element + " in " + array.getClass());
    }
    if (!Double.isNaN(Elements.toDoubles(element, array)[index])) {
      throw new IllegalArgumentException("0x" + hex + " are not the bits of a nan of " + element);
    }
  }

  /// The number, if this is a known integer.
  static OptionalLong whole(Item item) {
    return item instanceof Item.Whole(var value) ? value.known() : OptionalLong.empty();
  }

  /// The number as a double, if this is a known one.
  static Optional<Double> real(Item item) {
    return switch (item) {
      case Item.Whole(var value) when value.isKnown() ->
          Optional.of((double) value.known().getAsLong());
      case Item.Real(var value, _) -> Optional.of(value);
      default -> Optional.empty();
    };
  }
}
