package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Conversion of whole arrays between an element type's storage and doubles or longs.
public final class Elements {
  private Elements() {}

  /// The elements of `array`, which holds `element`s, as doubles; exact but for integers beyond
  /// 2^53.
  public static double[] toDoubles(ElementType element, Object array) {
    double[] values = new double[java.lang.reflect.Array.getLength(array)];
    read(element, array, 0, values.length, values, 0);
    return values;
  }

  /// As [#toDoubles], `count` elements from index `from` on, put into `into` from index `at` on.
  static void read(ElementType element, Object array, int from, int count, double[] into, int at) {
    switch (array) {
      case float[] a -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = a[from + i];
        }
      }
      case double[] a -> System.arraycopy(a, from, into, at, count);
      case short[] a when element == ElementType.FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.float16ToFloat(a[from + i]);
        }
      }
      case short[] a when element == ElementType.BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.intBitsToFloat(a[from + i] << 16);
        }
      }
      case long[] a when element == ElementType.UINT64 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = nearest(element, a[from + i]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = toLong(element, array, from + i);
        }
      }
    }
  }

  /// The elements of `array` from index `from` on as they are stored, little-endian.
  ///
  /// @throws IllegalStateException for strings, which have no fixed width
  public static byte[] bytes(ElementType element, Object array, int from, int count) {
    byte[] bytes = new byte[Math.multiplyExact(count, element.bytes())];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (array) {
      case float[] a -> buffer.asFloatBuffer().put(a, from, count);
      case double[] a -> buffer.asDoubleBuffer().put(a, from, count);
      case int[] a -> buffer.asIntBuffer().put(a, from, count);
      case long[] a -> buffer.asLongBuffer().put(a, from, count);
      case short[] a -> buffer.asShortBuffer().put(a, from, count);
      case byte[] a -> buffer.put(a, from, count);
      default -> throw new IllegalStateException("strings have no bytes of fixed width");
    }
    return bytes;
  }

  /// The integer of a type whose low bits are those of `bits`, as a double: what is too large for
  /// the type wraps around.
  ///
  /// @throws InexactIntegerException if a double does not hold it
  /// @throws IllegalStateException if the type is not an integer's
  public static double toDouble(ElementType element, long bits) {
    double value = nearest(element, bits);
    boolean is64 = element == ElementType.INT64 || element == ElementType.UINT64;
    if (is64 && toLong(element, value) != bits) {
      throw new InexactIntegerException(
          "it comes to the integer %s of %s"
              .formatted(
                  element == ElementType.UINT64 ? Long.toUnsignedString(bits) : bits, element));
    }
    return value;
  }

  /// Whether a double holds each of the elements. The largest integer of a type of 64 bits counts
  /// as held: it is the one that the power of two behind it stands for.
  static boolean areHeld(ElementType element, Object array) {
    boolean held = true;
    if (array instanceof long[] integers) {
      for (int i = 0; i < integers.length && held; i++) {
        held = toLong(element, nearest(element, integers[i])) == integers[i];
      }
    }
    return held;
  }

  private static double nearest(ElementType element, long bits) {
    return switch (element) {
      case INT8 -> (byte) bits;
      case INT16 -> (short) bits;
      case INT32 -> (int) bits;
      case INT64 -> bits;
      case UINT8 -> bits & 0xff;
      case UINT16 -> bits & 0xffff;
      case UINT32 -> bits & 0xffff_ffffL;
      case UINT64 -> bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, BOOL, STRING ->
          throw new IllegalStateException(element + " is not an integer type");
    };
  }

  /// The elements of an integer or boolean array; unsigned 64-bit ones keep their bits.
  ///
  /// @throws IllegalStateException for floating-point types and strings
  public static long[] toLongs(ElementType element, Object array) {
    long[] values = new long[java.lang.reflect.Array.getLength(array)];
    for (int i = 0; i < values.length; i++) {
      values[i] = toLong(element, array, i);
    }
    return values;
  }

  private static long toLong(ElementType element, Object array, int i) {
    if (!element.isInteger() && element != ElementType.BOOL) {
      throw new IllegalStateException(element + " does not hold integers");
    }
    return switch (array) {
      case long[] a -> a[i];
      case int[] a -> element == ElementType.UINT32 ? Integer.toUnsignedLong(a[i]) : a[i];
      case short[] a -> element == ElementType.UINT16 ? Short.toUnsignedLong(a[i]) : a[i];
      case byte[] a -> element == ElementType.INT8 ? a[i] : Byte.toUnsignedLong(a[i]);
      default -> throw new IllegalStateException(element + " in " + array.getClass());
    };
  }

  /// An array of `element`'s storage with each value rounded to the element type; integers wrap.
  ///
  /// @throws IllegalStateException for strings
  public static Object fromDoubles(ElementType element, double[] values) {
    Object array = element.storage().allocate(values.length);
    write(element, values, values.length, array, 0);
    return array;
  }

  /// As [#fromDoubles], the first `count` values, put into `array` from index `at` on.
  static void write(ElementType element, double[] values, int count, Object array, int at) {
    if (array instanceof float[] a) {
      for (int i = 0; i < count; i++) {
        a[at + i] = (float) values[i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      double value = values[i];
      switch (array) {
        case double[] a -> a[at + i] = value;
        case long[] a -> a[at + i] = toLong(element, value);
        case int[] a -> a[at + i] = (int) (long) value;
        case short[] a -> a[at + i] = toShort(element, value);
        case byte[] a ->
            a[at + i] = (byte) (element == ElementType.BOOL && value != 0 ? 1 : (long) value);
        default -> throw new IllegalStateException("strings do not come from numbers");
      }
    }
  }

  /// Rounds the first `count` values to the element type.
  public static void round(ElementType element, double[] values, int count) {
    Object rounded = element.storage().allocate(count);
    write(element, values, count, rounded, 0);
    read(element, rounded, 0, count, values, 0);
  }

  /// An integer in a double as a long; unsigned 64-bit ones beyond its range keep their bits.
  public static long toLong(ElementType element, double value) {
    boolean large = element == ElementType.UINT64 && value >= 0x1p63;
    return large ? (long) (value - 0x1p63) ^ Long.MIN_VALUE : (long) value;
  }

  private static short toShort(ElementType element, double value) {
    return switch (element) {
      case FLOAT16 -> toFloat16(value);
      case BFLOAT16 -> toBfloat16(value);
      default -> (short) (long) value;
    };
  }

  /// Rounds to odd in float first, so that the second rounding cannot round twice the same way.
  private static short toFloat16(double value) {
    return Float.floatToFloat16(toOddFloat(value));
  }

  private static short toBfloat16(double value) {
    int bits = Float.floatToRawIntBits(toOddFloat(value));
    if (Double.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    int roundToEven = 0x7fff + (bits >>> 16 & 1);
    return (short) (bits + roundToEven >>> 16);
  }

  private static float toOddFloat(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value) || Float.isInfinite(nearest)) {
      return nearest;
    }
    boolean odd = (Float.floatToRawIntBits(nearest) & 1) == 1;
    if (odd) {
      return nearest;
    }
    return nearest < value ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }
}
