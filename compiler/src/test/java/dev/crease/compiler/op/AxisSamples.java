package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.nn.Determinant;
import dev.crease.compiler.op.reduce.ArgExtreme;
import dev.crease.compiler.op.reduce.Cumulative;
import dev.crease.compiler.op.reduce.Hardmax;
import dev.crease.compiler.op.tensor.TopK;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Operators along one axis, and determinants.
final class AxisSamples {
  private static final int[] FOUR = {2, 2};

  static final List<Sample> ALL = all();

  private AxisSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (ArgExtreme.Function function : ArgExtreme.Function.values()) {
      for (boolean last : new boolean[] {false, true}) {
        extremes(samples, function, last);
      }
    }
    hardmaxes(samples);
    for (boolean largest : new boolean[] {false, true}) {
      best(samples, largest);
    }
    for (Cumulative.Function function : Cumulative.Function.values()) {
      cumulative(samples, function);
    }
    determinants(samples);
    return samples;
  }

  /// Numbers that repeat, infinities, zeros of either sign, and what is no number.
  private static Operand repeating() {
    double[] numbers = {
      1,
      3,
      -2,
      3,
      0,
      -0.0,
      Double.NaN,
      2,
      -2,
      Double.NaN,
      3,
      1,
      -1.0 / 0,
      1.0 / 0,
      1.0 / 0,
      -1.0 / 0
    };
    return tensor(ElementType.FLOAT32, new int[] {4, 4}, numbers);
  }

  private static void extremes(List<Sample> samples, ArgExtreme.Function function, boolean last) {
    String name = last ? "last, " : "first, ";
    Operand x = floats(3, 4, 5);
    for (int axis = -3; axis < 3; axis++) {
      Op op = new ArgExtreme(function, axis, axis < 0, last);
      samples.add(Sample.of(name + "axis " + axis, op, x));
    }
    Op kept = new ArgExtreme(function, 1, true, last);
    Op removed = new ArgExtreme(function, 0, false, last);
    samples.add(Sample.of(name + "picture", kept, floats(2, 3, 4, 5)));
    samples.add(Sample.of(name + "repeating", kept, repeating()));
    samples.add(Sample.of(name + "repeating columns", removed, repeating()));
    samples.add(Sample.of(name + "nothing", kept, floats(0, 3)));
    samples.add(Sample.of(name + "vector", removed, floats(7)));
    samples.add(Sample.of(name + "float64", kept, floats(3, 4).as(ElementType.FLOAT64)));
    for (ElementType type : TypeSets.INTEGERS) {
      samples.add(Sample.of(name + type, kept, integers(type, 3, 9)));
    }
    Operand large = tensor(ElementType.UINT64, new int[] {1, 3}, 1, 0x1p63, 0x1p62);
    samples.add(Sample.of(name + "large", kept, large));
  }

  private static void hardmaxes(List<Sample> samples) {
    samples.add(Sample.of("last axis", new Hardmax(-1), floats(3, 4, 5)));
    samples.add(Sample.of("middle axis", new Hardmax(1), floats(3, 4, 5)));
    samples.add(Sample.of("repeating", new Hardmax(0), repeating()));
    samples.add(Sample.of("float64", new Hardmax(0), repeating().as(ElementType.FLOAT64)));
    samples.add(Sample.of("nothing", new Hardmax(1), floats(2, 0)));
  }

  private static void best(List<Sample> samples, boolean largest) {
    String name = largest ? "largest, " : "smallest, ";
    Operand x = floats(3, 4, 5);
    samples.add(topK(name + "last axis", new TopK(-1, largest, true), x, 3));
    samples.add(topK(name + "middle axis", new TopK(1, largest, false), x, 2));
    samples.add(topK(name + "all", new TopK(0, largest, true), x, 3));
    samples.add(topK(name + "none", new TopK(0, largest, true), x, 0));
    samples.add(topK(name + "nothing", new TopK(1, largest, true), floats(0, 3), 2));
    samples.add(topK(name + "repeating", new TopK(-1, largest, true), repeating(), 3));
    samples.add(topK(name + "columns", new TopK(0, largest, true), repeating(), 4));
    samples.add(topK(name + "float64", new TopK(0, largest, true), x.as(ElementType.FLOAT64), 2));
    for (ElementType type : TypeSets.INTEGERS) {
      samples.add(topK(name + type, new TopK(-1, largest, true), integers(type, 3, 9), 4));
    }
  }

  private static Sample topK(String name, Op op, Operand x, long k) {
    return Sample.of(name, op, x, Sample.longs(k)).withOutputs(2);
  }

  private static void cumulative(List<Sample> samples, Cumulative.Function function) {
    Operand x = range(-1.5, 1.5, 3, 4, 5);
    for (boolean exclusive : new boolean[] {false, true}) {
      for (boolean reverse : new boolean[] {false, true}) {
        Op op = new Cumulative(function, exclusive, reverse);
        String name = (exclusive ? "exclusive " : "") + (reverse ? "reverse " : "") + "axis ";
        for (int axis = -3; axis < 3; axis++) {
          samples.add(Sample.of(name + axis, op, x, axis(axis)));
        }
      }
    }
    Op op = new Cumulative(function, false, false);
    Operand given = tensor(ElementType.INT32, new int[] {1}, -2);
    samples.add(Sample.of("axis at run time", op, x, given));
    samples.add(Sample.of("nothing", op, floats(0, 3), axis(1)));
    samples.add(Sample.of("float64", op, x.as(ElementType.FLOAT64), axis(1)));
    for (ElementType type :
        List.of(ElementType.INT32, ElementType.INT64, ElementType.UINT32, ElementType.UINT64)) {
      samples.add(Sample.of(type + "", op, integers(type, 3, 4), axis(1)));
    }
    Operand wraps = tensor(ElementType.INT32, new int[] {3}, 0x7fff_ffff, 2, 3);
    samples.add(Sample.of("wraps", op, wraps, axis(0)));
  }

  private static Operand axis(int axis) {
    return tensor(ElementType.INT64, new int[0], axis).known();
  }

  private static void determinants(List<Sample> samples) {
    Op op = new Determinant();
    samples.add(Sample.of("batch", op, floats(2, 3, 4, 4)));
    samples.add(Sample.of("one", op, floats(1, 1)));
    samples.add(Sample.of("empty matrices", op, floats(2, 0, 0)));
    samples.add(Sample.of("singular", op, tensor(ElementType.FLOAT32, FOUR, 1, 2, 2, 4)));
    samples.add(Sample.of("zero first", op, tensor(ElementType.FLOAT32, FOUR, 0, 2, 3, 4)));
    samples.add(Sample.of("larger", op, range(-1, 1, 2, 11, 11)));
    samples.add(Sample.of("float64", op, tensor(ElementType.FLOAT64, FOUR, 3, 0.5, -1, 0.25)));
  }
}
