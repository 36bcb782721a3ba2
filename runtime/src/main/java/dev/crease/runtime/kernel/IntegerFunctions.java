package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;

/// The scalar functions on integers of any width, held in a `long`. Results wrap around when they
/// are stored in their own width.
final class IntegerFunctions {
  private IntegerFunctions() {}

  /// Functions without a formula for integers are those of the number, which becomes an integer
  /// again towards zero.
  static long unary(UnaryFunction function, ElementType type, float alpha, float beta, long x) {
    boolean unsigned = type.isUnsigned();
    return switch (function) {
      case IDENTITY, CEIL, FLOOR, ROUND -> x;
      case ABS -> unsigned ? x : Math.abs(x);
      case NEG -> -x;
      case RELU -> unsigned ? x : Math.max(0, x);
      case SIGN -> unsigned && x != 0 ? 1 : Long.signum(x);
      case CLIP -> clip(type, alpha, beta, x);
      case SHRINK -> shrink(type, alpha, beta, x);
      default -> integerOf(type, ScalarFunctions.unary(function, alpha, beta, numberOf(type, x)));
    };
  }

  static double numberOf(ElementType type, long x) {
    boolean high = type == ElementType.UINT64 && x < 0;
    return high ? ((x >>> 1) | (x & 1)) * 2.0 : x;
  }

  /// `x + alpha` or `x - alpha`, its fraction cut off, exact however large `x` is.
  private static long shrink(ElementType type, float alpha, float beta, long x) {
    double number = numberOf(type, x);
    if (!(Math.abs(number) > beta)) {
      return 0;
    }
    double step = number < -beta ? alpha : -alpha;
    if (Math.abs(number) < 0x1p52) {
      return (long) (number + step);
    }
    return x + (long) (number > 0 ? Math.floor(step) : Math.ceil(step));
  }

  private static long clip(ElementType type, float alpha, float beta, long x) {
    long low = integerOf(type, alpha);
    long high = integerOf(type, beta);
    return min(type, high, max(type, low, x));
  }

  /// A floating-point number as an integer: towards zero, and to the nearest end of the type's
  /// range where it lies outside; NaN is 0. A boolean is whether it is not 0.
  static long integerOf(ElementType type, double value) {
    return switch (type) {
      case INT8 -> (long) Math.clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> (long) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT32 -> (int) value;
      case INT64 -> (long) value;
      case UINT8 -> (long) Math.clamp(value, 0, 0xff);
      case UINT16 -> (long) Math.clamp(value, 0, 0xffff);
      case UINT32 -> (long) Math.clamp(value, 0, 0xffff_ffffL);
      case UINT64 -> unsignedLong(value);
      case BOOL -> value == 0 ? 0 : 1;
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, STRING ->
          throw new IllegalArgumentException(type + " is not an integer type");
    };
  }

  private static long unsignedLong(double value) {
    if (!(value > 0)) {
      return 0;
    }
    if (value >= 0x1p64) {
      return -1;
    }
    return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) + Long.MIN_VALUE;
  }

  /// The quotient truncates; that of the least number and -1 wraps around, as every result does.
  ///
  /// @throws InvalidDataException on division by zero, also as a negative power of zero
  static long binary(BinaryFunction function, ElementType type, long a, long b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> quotient(type, a, b);
      case MIN -> min(type, a, b);
      case MAX -> max(type, a, b);
      case POW -> power(type, a, b);
      case PRELU -> a < 0 && !type.isUnsigned() ? a * b : a;
      case MOD -> {
        long remainder = remainder(type, a, b);
        boolean other = !type.isUnsigned() && remainder != 0 && (remainder ^ b) < 0;
        yield other ? remainder + b : remainder;
      }
      case FMOD -> remainder(type, a, b);
      case SHIFT_LEFT -> Long.compareUnsigned(b, Long.SIZE) < 0 ? a << b : 0;
      case SHIFT_RIGHT -> Long.compareUnsigned(b, Long.SIZE) < 0 ? a >>> b : 0;
      case BIT_AND -> a & b;
      case BIT_OR -> a | b;
      case BIT_XOR -> a ^ b;
    };
  }

  private static long quotient(ElementType type, long a, long b) {
    if (b == 0) {
      throw new InvalidDataException("an integer is divided by zero");
    }
    return type == ElementType.UINT64 ? Long.divideUnsigned(a, b) : a / b;
  }

  private static long remainder(ElementType type, long a, long b) {
    if (b == 0) {
      throw new InvalidDataException("the remainder of an integer divided by zero is asked for");
    }
    return type == ElementType.UINT64 ? Long.remainderUnsigned(a, b) : a % b;
  }

  private static long min(ElementType type, long a, long b) {
    return type == ElementType.UINT64 ? (Long.compareUnsigned(a, b) < 0 ? a : b) : Math.min(a, b);
  }

  private static long max(ElementType type, long a, long b) {
    return type == ElementType.UINT64 ? (Long.compareUnsigned(a, b) > 0 ? a : b) : Math.max(a, b);
  }

  /// By squaring, wrapping around; a negative exponent gives 1 / a^-b towards zero.
  private static long power(ElementType type, long a, long b) {
    if (b < 0 && !type.isUnsigned()) {
      if (a == 1 || a == -1) {
        return (b & 1) == 0 ? 1 : a;
      }
      return quotient(type, 0, a);
    }
    long result = 1;
    long square = a;
    for (long rest = b; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
