package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.ReduceFunction;
import java.util.Arrays;

/// Each element of `y` is the function of those elements of `x` to which it would broadcast; plain
/// tensors of one type: float32, float64, an integer, or booleans for `MAX` and `MIN`.
///
/// Where the last dimension of `x` stays, whole rows of `y` gather rows of `x`; otherwise each
/// element of `y` is made of runs along the last reduced dimension. A task is one row or one
/// element of `y`, so results do not depend on threads.
public final class ReduceKernel implements Kernel {
  private final Microkernels microkernels;
  private final ElementType type;
  private final ReduceFunction function;
  private final Object x;
  private final Object y;
  private final AxisWalk keptOfX;
  private final AxisWalk keptOfY;
  private final AxisWalk reduced;
  private final int run;
  private final int runStep;
  private final boolean wholeRows;

  /// @param y of `x`'s rank, with 1 along the axes that are reduced
  /// @throws IllegalArgumentException if `y` does not broadcast to `x`
  public ReduceKernel(
      Microkernels microkernels, ElementType type, ReduceFunction function, Strided x, Strided y) {
    this.microkernels = microkernels;
    this.type = type;
    this.function = function;
    this.x = x.array();
    this.y = y.array();
    int[] steps = y.broadcast(x.shape()).strides();
    AxisWalk kept = AxisWalk.where(x, axis -> y.shape()[axis] == x.shape()[axis], x.strides());
    AxisWalk gone = AxisWalk.where(x, axis -> y.shape()[axis] != x.shape()[axis], x.strides());
    AxisWalk written = AxisWalk.where(x, axis -> y.shape()[axis] == x.shape()[axis], steps);
    wholeRows =
        type == ElementType.FLOAT32
            && kept.lastStep() == 1
            && written.lastStep() == 1
            && kept.lastSize() == written.lastSize();
    run = wholeRows ? kept.lastSize() : gone.lastSize();
    runStep = wholeRows ? 1 : gone.lastStep();
    keptOfX = (wholeRows ? kept.withoutLast() : kept).from(x.offset());
    keptOfY = (wholeRows ? written.withoutLast() : written).from(y.offset());
    reduced = wholeRows ? gone : gone.withoutLast();
  }

  @Override
  public int tasks() {
    return keptOfY.count();
  }

  @Override
  public long operationsPerTask() {
    return (long) reduced.count() * run;
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int in = keptOfX.index(task);
      int out = keptOfY.index(task);
      if (wholeRows) {
        row((float[]) x, in, (float[]) y, out);
      } else if (x instanceof float[] from && y instanceof float[] to && runStep == 1) {
        to[out] = (float) overRuns(from, in);
      } else if (type.isFloating()) {
        Elements.setFloating(type, y, out, overElements(in));
      } else {
        Elements.setInteger(type, y, out, overIntegers(in));
      }
    }
  }

  private long count() {
    return (long) reduced.count() * (wholeRows ? 1 : run);
  }

  private void row(float[] from, int in, float[] to, int out) {
    Arrays.fill(to, out, out + run, (float) neutral());
    for (int i = 0; i < reduced.count(); i++) {
      microkernels.binary(gathering(), to, out, from, in + reduced.index(i), to, out, run);
    }
    if (function == ReduceFunction.MEAN) {
      float divisor = count();
      for (int i = out; i < out + run; i++) {
        to[i] /= divisor;
      }
    }
  }

  private BinaryFunction gathering() {
    return switch (function) {
      case MAX -> BinaryFunction.MAX;
      case MEAN, SUM -> BinaryFunction.ADD;
      case MIN -> BinaryFunction.MIN;
      case PROD -> BinaryFunction.MUL;
    };
  }

  private double neutral() {
    return switch (function) {
      case MAX -> Double.NEGATIVE_INFINITY;
      case MEAN, SUM -> 0;
      case MIN -> Double.POSITIVE_INFINITY;
      case PROD -> 1;
    };
  }

  private double overRuns(float[] from, int in) {
    double value = neutral();
    for (int i = 0; i < reduced.count() && run > 0; i++) {
      int at = in + reduced.index(i);
      value =
          switch (function) {
            case MAX -> Math.max(value, microkernels.max(from, at, run));
            case MEAN, SUM -> value + microkernels.sum(from, at, run);
            case MIN -> Math.min(value, microkernels.min(from, at, run));
            case PROD -> value * microkernels.product(from, at, run);
          };
    }
    return function == ReduceFunction.MEAN ? value / count() : value;
  }

  private double overElements(int in) {
    double value = neutral();
    for (int i = 0; i < reduced.count(); i++) {
      int at = in + reduced.index(i);
      for (int j = 0; j < run; j++) {
        double element = Elements.floating(type, x, at + j * runStep);
        value = ScalarFunctions.binary(gathering(), value, element);
      }
    }
    return function == ReduceFunction.MEAN ? value / count() : value;
  }

  private long overIntegers(int in) {
    double neutral = neutral();
    long value =
        type == ElementType.BOOL
            ? (neutral > 0 ? 1 : 0)
            : IntegerFunctions.integerOf(type, neutral);
    for (int i = 0; i < reduced.count(); i++) {
      int at = in + reduced.index(i);
      for (int j = 0; j < run; j++) {
        long element = Elements.integer(type, x, at + j * runStep);
        value = IntegerFunctions.binary(gathering(), type, value, element);
      }
    }
    return function != ReduceFunction.MEAN || count() == 0
        ? value
        : IntegerFunctions.binary(BinaryFunction.DIV, type, value, count());
  }
}
