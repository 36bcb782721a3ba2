package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;

/// The scalar functions on integers of any width, held in a `long`. Results wrap around when they
/// are stored in their own width.
final class IntegerFunctions {
  private IntegerFunctions() {}

  static boolean knows(UnaryFunction function) {
    return switch (function) {
      case IDENTITY, ABS, NEG, RELU, CLIP -> true;
      case CEIL,
          ELU,
          ERF,
          EXP,
          FLOOR,
          HARD_SIGMOID,
          HARD_SWISH,
          LEAKY_RELU,
          LOG,
          RECIPROCAL,
          SIGMOID,
          SOFTPLUS,
          SQRT,
          TANH ->
          false;
    };
  }

  static long unary(UnaryFunction function, ElementType type, float alpha, float beta, long x) {
    boolean unsigned = type.isUnsigned();
    return switch (function) {
      case IDENTITY -> x;
      case ABS -> unsigned ? x : Math.abs(x);
      case NEG -> -x;
      case RELU -> unsigned ? x : Math.max(0, x);
      case CLIP -> clip(type, alpha, beta, x);
      case CEIL,
          ELU,
          ERF,
          EXP,
          FLOOR,
          HARD_SIGMOID,
          HARD_SWISH,
          LEAKY_RELU,
          LOG,
          RECIPROCAL,
          SIGMOID,
          SOFTPLUS,
          SQRT,
          TANH ->
          throw new IllegalArgumentException(function + " is not there for " + type);
    };
  }

  private static long clip(ElementType type, float alpha, float beta, long x) {
    long low = integerOf(type, alpha);
    long high = integerOf(type, beta);
    return min(type, high, max(type, low, x));
  }

  /// A floating-point number as an integer: towards zero, and to the nearest end of the type's
  /// range where it lies outside; NaN is 0.
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
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, BOOL, STRING ->
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
    };
  }

  private static long quotient(ElementType type, long a, long b) {
    if (b == 0) {
      throw new InvalidDataException("an integer is divided by zero");
    }
    return type == ElementType.UINT64 ? Long.divideUnsigned(a, b) : a / b;
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
