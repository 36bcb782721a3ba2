package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.ReduceFunction;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Each element of `y` is the function of those elements of `x` to which it would broadcast; plain
/// tensors of one type: float32, float64, an integer, or booleans for `MAX` and `MIN`.
///
/// Where the last dimension of `x` stays, whole rows of `y` gather rows of `x`; otherwise each
/// element of `y` is made of runs along the last reduced dimension. Long sums are sums of short
/// ones in double: in float32 alone they would lose a digit for each power of ten. A task is one
/// row or one element of `y`, so results do not depend on threads.
public final class ReduceKernel implements Kernel {
  /// Rows that are added up in float32.
  private static final int GROUP = 128;

  /// Elements of a run that are added up in float32.
  private static final int PIECE = 1 << 11;

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

  /// Elements that become one.
  private final int count;

  /// Running sums in double where many rows are added up; else empty.
  private final double[] sums;

  /// @param y of `x`'s rank, with 1 along the axes that are reduced
  /// @throws IllegalArgumentException if `y` does not broadcast to `x`
  public ReduceKernel(
      Microkernels microkernels, ElementType type, ReduceFunction function, Strided x, Strided y) {
    this.microkernels = microkernels;
    this.type = type;
    this.function = function;
    this.x = x.array();
    this.y = y.array();
    IntPredicate stays = axis -> y.shape()[axis] == x.shape()[axis];
    AxisWalk kept = AxisWalk.where(x, stays, x.strides());
    AxisWalk written = AxisWalk.where(x, stays, y.broadcast(x.shape()).strides());
    AxisWalk gone = AxisWalk.where(x, stays.negate(), x.strides());
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
    count = gone.count();
    boolean adds = function == ReduceFunction.MEAN || function == ReduceFunction.SUM;
    sums = wholeRows && adds && count > GROUP ? new double[keptOfY.count() * run] : new double[0];
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
        row((float[]) x, in, (float[]) y, out, task);
      } else if (x instanceof float[] from && y instanceof float[] to && runStep == 1) {
        to[out] = (float) overRuns(from, in);
      } else if (type.isFloating()) {
        Elements.setFloating(type, y, out, overElements(in));
      } else {
        Elements.setInteger(type, y, out, overIntegers(in));
      }
    }
  }

  private void row(float[] from, int in, float[] to, int out, int task) {
    if (sums.length == 0) {
      gather(from, in, 0, reduced.count(), to, out);
      for (int i = out; i < out + run && function == ReduceFunction.MEAN; i++) {
        to[i] /= count;
      }
      return;
    }
    int sum = task * run;
    Arrays.fill(sums, sum, sum + run, 0);
    for (int first = 0; first < reduced.count(); first += GROUP) {
      gather(from, in, first, Math.min(first + GROUP, reduced.count()), to, out);
      for (int i = 0; i < run; i++) {
        sums[sum + i] += to[out + i];
      }
    }
    int divisor = function == ReduceFunction.MEAN ? count : 1;
    for (int i = 0; i < run; i++) {
      to[out + i] = (float) (sums[sum + i] / divisor);
    }
  }

  /// Rows `first` to `end - 1` of those that become one.
  private void gather(float[] from, int in, int first, int end, float[] to, int out) {
    Arrays.fill(to, out, out + run, (float) neutral());
    for (int i = first; i < end; i++) {
      microkernels.binary(gathering(), to, out, from, in + reduced.index(i), to, out, run);
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
    for (int i = 0; i < reduced.count(); i++) {
      int start = in + reduced.index(i);
      for (int done = 0; done < run; done += PIECE) {
        value = withPiece(value, from, start + done, Math.min(PIECE, run - done));
      }
    }
    return function == ReduceFunction.MEAN ? value / count : value;
  }

  private double withPiece(double value, float[] from, int at, int length) {
    return switch (function) {
      case MAX -> Math.max(value, microkernels.max(from, at, length));
      case MEAN, SUM -> value + microkernels.sum(from, at, length);
      case MIN -> Math.min(value, microkernels.min(from, at, length));
      case PROD -> value * microkernels.product(from, at, length);
    };
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
    return function == ReduceFunction.MEAN ? value / count : value;
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
    return function != ReduceFunction.MEAN || count == 0
        ? value
        : IntegerFunctions.binary(BinaryFunction.DIV, type, value, count);
  }
}
