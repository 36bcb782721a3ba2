package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers as text, and back.
///
/// Floating-point numbers are written without an exponent, in as few digits as tell them from their
/// neighbours of float32 or float64; what is no finite number is `NaN`, `INF` or `-INF`. Texts may
/// have an exponent; to an integer, a fraction is dropped.
final class NumberTexts {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,9})?");

  /// No integer type has more digits.
  private static final int MOST_DIGITS = 20;

  private NumberTexts() {}

  static String text(ElementType type, Object array, int index) {
    if (!type.isFloating()) {
      long value = Elements.integer(type, array, index);
      return type == ElementType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
    }
    double value = Elements.floating(type, array, index);
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "INF" : "-INF";
    }
    boolean wide = type == ElementType.FLOAT64;
    String shortest = wide ? Double.toString(value) : Float.toString((float) value);
    if (value == 0) {
      return shortest;
    }
    String plain = new BigDecimal(shortest).stripTrailingZeros().toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  /// @throws InvalidDataException if the text is no number of the type
  static void parse(String text, ElementType type, Object array, int index) {
    if (type.isFloating()) {
      Elements.setFloating(type, array, index, real(text, type));
    } else {
      Elements.setInteger(type, array, index, integer(text, type));
    }
  }

  private static double real(String text, ElementType type) {
    switch (text.toUpperCase(Locale.ROOT)) {
      case "NAN" -> {
        return Double.NaN;
      }
      case "INF", "+INF" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-INF" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> require(DECIMAL.matcher(text).matches(), text, type);
    }
    return type == ElementType.FLOAT32 ? Float.parseFloat(text) : Double.parseDouble(text);
  }

  private static long integer(String text, ElementType type) {
    require(DECIMAL.matcher(text).matches(), text, type);
    BigDecimal value = new BigDecimal(text);
    long digits = (long) value.precision() - value.scale();
    if (value.signum() == 0 || digits <= 0) {
      return 0;
    }
    require(digits <= MOST_DIGITS, text, type);
    BigInteger whole = value.toBigInteger();
    int bits = 8 * type.bytes();
    boolean fits =
        type.isUnsigned()
            ? whole.signum() >= 0 && whole.bitLength() <= bits
            : whole.bitLength() < bits;
    require(fits, text, type);
    return whole.longValue();
  }

  private static void require(boolean holds, String text, ElementType type) {
    if (!holds) {
      throw new InvalidDataException(
          "the text \"%s\" is no number of type %s".formatted(text, type));
    }
  }
}
