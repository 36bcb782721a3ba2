package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.scalar;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.BitShift;
import dev.crease.compiler.op.math.Bitwise;
import dev.crease.compiler.op.math.BitwiseNot;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Comparison;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Elu;
import dev.crease.compiler.op.math.Gelu;
import dev.crease.compiler.op.math.HardSigmoid;
import dev.crease.compiler.op.math.IsInf;
import dev.crease.compiler.op.math.IsNaN;
import dev.crease.compiler.op.math.LeakyRelu;
import dev.crease.compiler.op.math.Logic;
import dev.crease.compiler.op.math.Mod;
import dev.crease.compiler.op.math.Not;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Parametric;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Scalar functions and arithmetic.
final class MathSamples {
  static final List<Sample> ALL = all();

  private MathSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (Elementwise.Function function : Elementwise.Function.values()) {
      scalarFunction(samples, new Elementwise(function), lowest(function), highest(function));
    }
    parametricFunctions(samples);
    scalarFunction(samples, new Relu(), -9);
    scalarFunction(samples, new LeakyRelu(0.1f), -9);
    scalarFunction(samples, new Elu(1.5f), -9);
    scalarFunction(samples, new HardSigmoid(0.3f, 0.4f), -9);
    samples.add(Sample.of("int32", new Relu(), integers(ElementType.INT32, 3, 4)));
    samples.add(
        Sample.of(
            "int64", new Elementwise(Elementwise.Function.ABS), integers(ElementType.INT64, 3, 4)));
    samples.add(
        Sample.of("known int64", new Elementwise(Elementwise.Function.NEG), Sample.longs(2, -3)));
    for (Arithmetic.Function function : Arithmetic.Function.values()) {
      arithmetic(samples, new Arithmetic(function));
    }
    for (Variadic.Function function : Variadic.Function.values()) {
      Op op = new Variadic(function);
      samples.add(Sample.of("one operand", op, floats(2, 3)));
      samples.add(Sample.of("two operands", op, floats(2, 3), floats(3)));
      samples.add(Sample.of("three ranks", op, floats(3, 1), floats(2, 1, 4), floats(1)));
    }
    clips(samples);
    powers(samples);
    comparisons(samples);
    logic(samples);
    slopes(samples);
    remainders(samples);
    bits(samples);
    infinities(samples);
    return samples;
  }

  private static void parametricFunctions(List<Sample> samples) {
    for (Op op :
        List.of(
            new Gelu(false),
            new Gelu(true),
            new Parametric(Parametric.Function.CELU, 0.5f, 0),
            new Parametric(Parametric.Function.CELU, 3, 0),
            new Parametric(Parametric.Function.SELU, 1.5f, 0.75f),
            new Parametric(Parametric.Function.SHRINK, 0.25f, 1.5f),
            new Parametric(Parametric.Function.SWISH, 1.25f, 0),
            new Parametric(Parametric.Function.SWISH, -0.5f, 0),
            new Parametric(Parametric.Function.THRESHOLDED_RELU, 1.5f, 0))) {
      scalarFunction(samples, op, -9);
    }
    Op shrink = new Parametric(Parametric.Function.SHRINK, 1.5f, 3.25f);
    Op sign = new Elementwise(Elementwise.Function.SIGN);
    Op erf = new Elementwise(Elementwise.Function.ERF);
    for (ElementType type : TypeSets.INTEGERS) {
      samples.add(Sample.of(type + "", shrink, integers(type, 3, 4)));
      samples.add(Sample.of(type + "", sign, integers(type, 3, 4)));
      samples.add(Sample.of(type + "", erf, integers(type, 3, 4)));
    }
    Operand special =
        tensor(ElementType.FLOAT32, new int[] {5}, -0.5, 2.5, -2.5, Double.NaN, -1.0 / 0);
    samples.add(Sample.of("halves", new Elementwise(Elementwise.Function.ROUND), special));
    samples.add(Sample.of("not a number", sign, special));
  }

  /// Some functions have no value for negative numbers, or a very large one near 0.
  private static double lowest(Elementwise.Function function) {
    return switch (function) {
      case LOG, RECIPROCAL, SQRT -> 0.25;
      case ACOSH -> 1;
      case ACOS, ASIN -> -1;
      case ATANH -> -0.875;
      case TAN -> -1.25;
      default -> -9;
    };
  }

  private static double highest(Elementwise.Function function) {
    return switch (function) {
      case ACOS, ASIN, ATANH, TAN -> -lowest(function);
      default -> 9;
    };
  }

  private static void scalarFunction(List<Sample> samples, Op op, double lowest) {
    scalarFunction(samples, op, lowest, 9);
  }

  private static void scalarFunction(List<Sample> samples, Op op, double lowest, double highest) {
    samples.add(Sample.of("picture", op, range(lowest, highest, 2, 3, 4, 5)));
    samples.add(Sample.of("vector", op, range(lowest, highest, 37)));
    samples.add(Sample.of("scalar", op, range(lowest, highest)));
    samples.add(Sample.of("float64", op, range(lowest, highest, 2, 9).as(ElementType.FLOAT64)));
    samples.add(Sample.of("nothing", op, range(lowest, highest, 0, 3)));
  }

  private static void arithmetic(List<Sample> samples, Op op) {
    Operand nonzero = range(0.5, 9, 2, 3, 4, 5);
    samples.add(Sample.of("same shape", op, floats(2, 3, 4, 5), nonzero));
    samples.add(Sample.of("channels", op, floats(2, 3, 4, 5), range(0.5, 9, 3, 1, 1).known()));
    samples.add(Sample.of("scaled", op, floats(2, 3, 4, 5), range(0.5, 9, 2, 3, 1, 1)));
    samples.add(Sample.of("scalar", op, floats(2, 3, 4, 5), scalar(0.75)));
    samples.add(Sample.of("scalar first", op, scalar(0.75), nonzero));
    samples.add(Sample.of("both repeat", op, floats(3, 1, 5), range(0.5, 9, 4, 1)));
    samples.add(
        Sample.of("int64", op, integers(ElementType.INT64, 3, 4), integers(ElementType.INT64, 4)));
    samples.add(
        Sample.of(
            "int32", op, integers(ElementType.INT32, 3, 4), integers(ElementType.INT32, 3, 1)));
    for (ElementType type : TypeSets.INTEGERS) {
      if (type.bytes() == 8) {
        wide(samples, op, type);
        continue;
      }
      double least = type.isSigned() ? -Math.scalb(1.0, 8 * type.bytes() - 1) : 0;
      double large = Math.scalb(type.isSigned() ? 0.5 : 1.0, 8 * type.bytes() - 1) + 1;
      Operand a = tensor(type, new int[] {4}, least, large, least, 3);
      Operand b = tensor(type, new int[] {4}, type.isSigned() ? -1 : 1, large, 1, large);
      samples.add(Sample.of(type + " wraps", op, a, b));
    }
  }

  /// Whose results wrap around to numbers that a double holds.
  private static void wide(List<Sample> samples, Op op, ElementType type) {
    double least = type.isSigned() ? -0x1p63 : 0;
    double large = type.isSigned() ? 0x1p62 : 0x1p63;
    Operand a = tensor(type, new int[] {4}, least, large, large, 7);
    Operand b = tensor(type, new int[] {4}, large, large, large, 5);
    samples.add(Sample.of(type + " wraps", op, a, b));
  }

  private static void clips(List<Sample> samples) {
    Op clip = new Clip();
    Operand x = floats(2, 3, 4, 5);
    samples.add(Sample.of("both bounds", clip, x, scalar(-0.5), scalar(1.25)));
    samples.add(Sample.of("lower bound", clip, x, scalar(-0.5)));
    samples.add(Sample.of("upper bound", clip, x, Operand.ABSENT, scalar(1.25)));
    samples.add(Sample.of("no bound", clip, x));
    samples.add(Sample.of("crossed bounds", clip, x, scalar(2), scalar(1)));
    samples.add(Sample.of("computed bounds", clip, x, range(-1, -0.5), range(0.5, 1, 1)));
    samples.add(
        Sample.of(
            "int64",
            clip,
            integers(ElementType.INT64, 9),
            tensor(ElementType.INT64, new int[0], -3).known(),
            tensor(ElementType.INT64, new int[0], 5).known()));
  }

  private static void comparisons(List<Sample> samples) {
    for (Comparison.Function function : Comparison.Function.values()) {
      Op op = new Comparison(function);
      Operand a = tensor(ElementType.FLOAT32, new int[] {2, 3}, 1, -2, 0, Double.NaN, 4, 3);
      Operand b = tensor(ElementType.FLOAT32, new int[] {3}, 1, 2, -0.0);
      samples.add(Sample.of("same shape", op, a, a));
      samples.add(Sample.of("repeated", op, a, b));
      samples.add(Sample.of("both repeat", op, floats(2, 1, 4), floats(3, 1)));
      samples.add(Sample.of("pictures", op, floats(2, 3, 4, 5), floats(2, 3, 4, 5)));
      for (ElementType type : List.of(ElementType.INT64, ElementType.UINT8, ElementType.INT32)) {
        samples.add(Sample.of(type + "", op, integers(type, 3, 4), integers(type, 4)));
      }
      samples.add(Sample.of("known", op, Sample.longs(1, 2, 3), Sample.longs(2)));
    }
    Op equal = new Comparison(Comparison.Function.EQUAL);
    samples.add(Sample.of("bool", equal, booleans(2, 2), tensor(ElementType.BOOL, new int[0], 1)));
  }

  private static void logic(List<Sample> samples) {
    for (Logic.Function function : Logic.Function.values()) {
      Op op = new Logic(function);
      Operand b = tensor(ElementType.BOOL, new int[] {4}, 0, 0, 1, 1);
      samples.add(Sample.of("same shape", op, booleans(4), b));
      samples.add(Sample.of("repeated", op, booleans(3, 1), b));
      samples.add(Sample.of("known", op, booleans(4).known(), b.known()));
    }
    samples.add(Sample.of("picture", new Not(), booleans(2, 3, 4, 5)));
    samples.add(Sample.of("known", new Not(), booleans(3).known()));
  }

  /// True and false in turn.
  private static Operand booleans(int... shape) {
    Operand zeros = integers(ElementType.UINT8, shape);
    double[] data = zeros.value().data();
    return tensor(
        ElementType.BOOL,
        shape,
        java.util.stream.IntStream.range(0, data.length).mapToDouble(i -> i % 2).toArray());
  }

  private static void slopes(List<Sample> samples) {
    Op op = new PRelu();
    Operand x = floats(2, 3, 4, 5);
    samples.add(Sample.of("scalar", op, x, scalar(0.25)));
    samples.add(Sample.of("channels", op, x, floats(3, 1, 1).known()));
    samples.add(Sample.of("channels given", op, x, floats(3, 1, 1)));
    samples.add(Sample.of("last axis", op, x, floats(5)));
    samples.add(Sample.of("elements", op, x, floats(2, 3, 4, 5)));
    samples.add(
        Sample.of("int32", op, integers(ElementType.INT32, 3), integers(ElementType.INT32, 3)));
  }

  private static void powers(List<Sample> samples) {
    Op pow = new Pow();
    samples.add(Sample.of("square", pow, floats(2, 3, 4, 5), scalar(2)));
    samples.add(Sample.of("squares", pow, range(-3, 3, 2, 3), range(2, 2, 3).known()));
    samples.add(
        Sample.of("squares that are repeated", pow, range(-3, 3, 3), range(2, 2, 2, 3).known()));
    samples.add(Sample.of("squares and cubes", pow, range(-3, 3, 2), range(2, 3, 2).known()));
    for (ElementType type : List.of(ElementType.FLOAT64, ElementType.INT32, ElementType.INT64)) {
      Operand bases = tensor(type, new int[] {3}, 0, 3, 11);
      Operand exponent = tensor(type, new int[0], 2).known();
      samples.add(Sample.of("squares of " + type, pow, bases, exponent));
    }
    samples.add(Sample.of("positive base", pow, range(0.25, 4, 2, 3), range(-2, 2, 3)));
    samples.add(
        Sample.of(
            "int64",
            pow,
            integers(ElementType.INT64, 4),
            tensor(ElementType.INT64, new int[] {4}, 0, 1, 2, 3)));
    samples.add(Sample.of("int32 by f32", pow, integers(ElementType.INT32, 3), range(1.5, 1.5, 3)));
    Operand whole = range(1, 4, 3);
    Operand four = tensor(ElementType.INT32, new int[] {3, 1}, 4, -3, 1);
    for (ElementType type : TypeSets.INTEGERS) {
      Operand exponents = tensor(type, new int[] {3}, 0, 3, type.isSigned() ? -2 : 2);
      samples.add(Sample.of("f32 by " + type, pow, whole, exponents));
      samples.add(Sample.of("f32 by constant " + type, pow, whole, exponents.known()));
      samples.add(Sample.of("f64 by " + type, pow, whole.as(ElementType.FLOAT64), exponents));
      samples.add(Sample.of("int32 by " + type, pow, four, exponents));
      samples.add(Sample.of("int64 by " + type, pow, four.as(ElementType.INT64), exponents));
    }
    samples.add(Sample.of("int64 by f32", pow, four.as(ElementType.INT64), scalar(2)));
    samples.add(
        Sample.of("f32 by f64", pow, whole, range(-2, 2, 3).as(ElementType.FLOAT64).known()));
  }

  private static void remainders(List<Sample> samples) {
    double[] signs = {7, -7, 6, -6, 0, 5, -4, 4};
    double[] divisors = {4, 4, -4, -4, 3, 5, 3, -3};
    for (boolean fmod : new boolean[] {false, true}) {
      Op op = new Mod(fmod);
      String name = fmod ? "fmod " : "mod ";
      for (ElementType type : TypeSets.INTEGERS) {
        Operand a = type.isSigned() ? tensor(type, new int[] {8}, signs) : integers(type, 8);
        Operand b = type.isSigned() ? tensor(type, new int[] {8}, divisors) : integers(type, 1);
        samples.add(Sample.of(name + type, op, a, b));
      }
      Operand reals = tensor(ElementType.FLOAT32, new int[] {8}, signs);
      Operand by = tensor(ElementType.FLOAT32, new int[] {8}, divisors);
      samples.add(Sample.of(name + "float32", op, reals, by));
      samples.add(
          Sample.of(
              name + "float64", op, reals.as(ElementType.FLOAT64), by.as(ElementType.FLOAT64)));
      samples.add(Sample.of(name + "pictures", op, floats(2, 3, 4, 5), scalar(0.75)));
      samples.add(Sample.of(name + "repeated", op, floats(3, 1), range(0.5, 2, 4)));
      samples.add(Sample.of(name + "known", op, Sample.longs(7, -7, 6), Sample.longs(4)));
    }
  }

  private static void bits(List<Sample> samples) {
    for (ElementType type : TypeSets.INTEGERS) {
      Operand a = integers(type, 3, 4);
      for (Bitwise.Function function : Bitwise.Function.values()) {
        samples.add(Sample.of(type + "", new Bitwise(function), a, integers(type, 4)));
        samples.add(
            Sample.of(type + " repeated", new Bitwise(function), a, integers(type, 2, 1, 1)));
      }
      Operand ends = tensor(ElementType.UINT64, new int[] {2}, 0, 0x1p64);
      samples.add(Sample.of(type + "", new BitwiseNot(), type == ElementType.UINT64 ? ends : a));
      if (type.isUnsigned()) {
        Operand places = tensor(type, new int[] {5}, 0, 1, 5, 8.0 * type.bytes() - 1, 70);
        Operand all = tensor(type, new int[] {2, 1}, 200, 3);
        samples.add(Sample.of(type + " left", new BitShift(true), all, places));
        samples.add(Sample.of(type + " right", new BitShift(false), all, places));
      }
    }
  }

  private static void infinities(List<Sample> samples) {
    Operand x =
        tensor(
            ElementType.FLOAT32,
            new int[] {2, 3},
            1,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            0,
            Float.MAX_VALUE);
    for (boolean negative : new boolean[] {false, true}) {
      for (boolean positive : new boolean[] {false, true}) {
        Op op = new IsInf(negative, positive);
        String name = (negative ? "negative " : "") + (positive ? "positive " : "");
        samples.add(Sample.of(name + "float32", op, x));
        samples.add(Sample.of(name + "float64", op, x.as(ElementType.FLOAT64)));
      }
    }
    samples.add(Sample.of("float32", new IsNaN(), x));
    samples.add(Sample.of("float64", new IsNaN(), x.as(ElementType.FLOAT64)));
  }
}
