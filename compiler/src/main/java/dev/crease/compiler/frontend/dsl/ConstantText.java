package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Optional;

/// Elements as literals that read back bit for bit.
final class ConstantText {
  private static final int MIN_SPLAT = 2;
  private static final int MAX_HALF_DIGITS = 5;
  private static final int QUIET_NAN = 0x7fc00000;

  private ConstantText() {}

  /// The shape's nested lists, or `zeros`, `ones`, `constant(v)` if all elements are equal.
  static String of(Constant constant) {
    Object array = constant.array();
    Optional<String> splat = splat(constant.element(), array);
    if (splat.isPresent()) {
      return splat.get();
    }
    if (constant.elements() == 0) {
      return "[]";
    }
    StringBuilder text = new StringBuilder();
    append(text, constant.element(), array, constant.dims(), 0, 0);
    return text.toString();
  }

  private static Optional<String> splat(ElementType element, Object array) {
    int length = Array.getLength(array);
    if (length < MIN_SPLAT || element == ElementType.STRING) {
      return Optional.empty();
    }
    if (!isUniform(array)) {
      return Optional.empty();
    }
    String value = element(element, array, 0);
    if (value.startsWith("nan") || !survivesDouble(element, array)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (value) {
          case "0", "0.0" -> "zeros";
          case "1", "1.0" -> "ones";
          default -> "constant(" + value + ")";
        });
  }

  /// Whether all elements have the same bits.
  private static boolean isUniform(Object array) {
    return switch (array) {
      case float[] a -> Arrays.equals(a, 0, a.length - 1, a, 1, a.length);
      case double[] a -> Arrays.equals(a, 0, a.length - 1, a, 1, a.length);
      case int[] a -> Arrays.equals(a, 0, a.length - 1, a, 1, a.length);
      case long[] a -> Arrays.equals(a, 0, a.length - 1, a, 1, a.length);
      case short[] a -> Arrays.equals(a, 0, a.length - 1, a, 1, a.length);
      case byte[] a -> Arrays.equals(a, 0, a.length - 1, a, 1, a.length);
      default -> false;
    };
  }

  /// Splats are held as a double.
  private static boolean survivesDouble(ElementType element, Object array) {
    Object first = element.storage().allocate(1);
    System.arraycopy(array, 0, first, 0, 1);
    Object back = Elements.fromDoubles(element, Elements.toDoubles(element, first));
    return Arrays.deepEquals(new Object[] {first}, new Object[] {back});
  }

  private static int append(
      StringBuilder text, ElementType element, Object array, long[] dims, int axis, int index) {
    if (axis == dims.length) {
      text.append(element(element, array, index));
      return index + 1;
    }
    int next = index;
    text.append('[');
    for (long i = 0; i < dims[axis]; i++) {
      text.append(i == 0 ? "" : ", ");
      next = append(text, element, array, dims, axis + 1, next);
    }
    text.append(']');
    return next;
  }

  private static String element(ElementType element, Object array, int index) {
    return switch (array) {
      case float[] a -> real(a[index]);
      case double[] a -> real(a[index]);
      case String[] a -> Spelling.text(a[index]);
      case short[] a when element.isFloating() -> half(element, a[index]);
      default -> integer(element, array, index);
    };
  }

  private static String integer(ElementType element, Object array, int index) {
    Object one = element.storage().allocate(1);
    System.arraycopy(array, index, one, 0, 1);
    long value = Elements.toLongs(element, one)[0];
    if (element == ElementType.BOOL && (value == 0 || value == 1)) {
      return value == 1 ? "true" : "false";
    }
    return element == ElementType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
  }

  /// The shortest decimal that is nearest to this float and no other.
  static String real(float value) {
    if (Float.isNaN(value)) {
      int bits = Float.floatToRawIntBits(value);
      return bits == QUIET_NAN ? "nan" : "nan(0x%08x)".formatted(bits);
    }
    return Float.isInfinite(value) ? infinite(value) : Float.toString(value);
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      long bits = Double.doubleToRawLongBits(value);
      return bits == 0x7ff8000000000000L ? "nan" : "nan(0x%016x)".formatted(bits);
    }
    return Double.isInfinite(value) ? infinite(value) : Double.toString(value);
  }

  private static String infinite(double value) {
    return value > 0 ? "inf" : "-inf";
  }

  private static String half(ElementType element, short bits) {
    double value = Elements.toDoubles(element, new short[] {bits})[0];
    if (Double.isNaN(value)) {
      return "nan(0x%04x)".formatted(Short.toUnsignedInt(bits));
    }
    if (Double.isInfinite(value)) {
      return infinite(value);
    }
    for (int digits = 1; digits <= MAX_HALF_DIGITS; digits++) {
      double rounded = new BigDecimal(value).round(new MathContext(digits)).doubleValue();
      short[] read = (short[]) Elements.fromDoubles(element, new double[] {rounded});
      if (read[0] == bits) {
        return Double.toString(rounded);
      }
    }
    return Double.toString(value);
  }
}
