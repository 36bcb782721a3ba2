package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.UnaryFunction;

/// `y = e^x / sum(e^x)` along one axis, or its logarithm `x - ln sum(e^x)`; float32 or float64,
/// plain. The greatest element is subtracted first, so nothing overflows.
///
/// A task is a run of rows along the axis. `y` may be `x`.
public final class SoftmaxKernel implements Kernel {
  /// Rows that leave most of a vector empty.
  private static final int SHORT = 8;

  /// Short rows that stay in the cache between one step and the next.
  private static final int TOGETHER = 256;

  private final Microkernels microkernels;
  private final Strided x;
  private final Strided y;
  private final Spans rows;
  private final boolean logarithm;
  private final int length;
  private final int xStep;
  private final int yStep;

  /// Whether rows are short and follow one another, so that many are computed together.
  private final boolean together;

  /// @param axis counted from 0
  public SoftmaxKernel(
      Microkernels microkernels, Strided x, Strided y, int axis, boolean logarithm) {
    this.microkernels = microkernels;
    this.x = x;
    this.y = y;
    this.logarithm = logarithm;
    length = y.shape()[axis];
    xStep = x.strides()[axis];
    yStep = y.strides()[axis];
    rows = Spans.of(without(y, axis).shape(), without(x, axis), without(y, axis));
    together =
        x.array() instanceof float[]
            && !logarithm
            && length <= SHORT
            && xStep == 1
            && yStep == 1
            && rows.step(0) == length
            && rows.step(1) == length;
  }

  private static Strided without(Strided tensor, int axis) {
    int[] shape = tensor.shape().clone();
    shape[axis] = 1;
    return new Strided(tensor.array(), tensor.offset(), shape, tensor.strides());
  }

  @Override
  public int tasks() {
    return length == 0 ? 0 : rows.tasks();
  }

  @Override
  public long operationsPerTask() {
    return 8L * length * rows.elementsPerTask();
  }

  @Override
  public void run(int begin, int end) {
    int last = rows.endUnit(end);
    for (int unit = rows.firstUnit(begin); unit < last; unit++) {
      int in = rows.offset(0, unit);
      int out = rows.offset(1, unit);
      int step = together ? TOGETHER : 1;
      for (int i = 0; i < rows.count(unit); i += step) {
        if (together) {
          rows(in + i * length, out + i * length, Math.min(step, rows.count(unit) - i));
        } else {
          row(in + i * rows.step(0), out + i * rows.step(1));
        }
      }
    }
  }

  private void rows(int in, int out, int count) {
    float[] from = (float[]) x.array();
    float[] to = (float[]) y.array();
    for (int i = 0; i < count * length; i += length) {
      float max = from[in + i];
      for (int j = i + 1; j < i + length; j++) {
        max = Math.max(max, from[in + j]);
      }
      for (int j = i; j < i + length; j++) {
        to[out + j] = from[in + j] - max;
      }
    }
    microkernels.unary(UnaryFunction.EXP, 0, 0, to, out, to, out, count * length);
    for (int i = 0; i < count * length; i += length) {
      float sum = 0;
      for (int j = i; j < i + length; j++) {
        sum += to[out + j];
      }
      float factor = 1 / sum;
      for (int j = i; j < i + length; j++) {
        to[out + j] *= factor;
      }
    }
  }

  private void row(int in, int out) {
    if (x.array() instanceof float[] from && y.array() instanceof float[] to) {
      if (xStep == 1 && yStep == 1) {
        contiguous(from, in, to, out);
      } else {
        strided(from, in, to, out);
      }
    } else {
      doubles((double[]) x.array(), in, (double[]) y.array(), out);
    }
  }

  private void contiguous(float[] from, int in, float[] to, int out) {
    float max = microkernels.max(from, in, length);
    if (!logarithm) {
      float sum = microkernels.expSum(from, in, max, to, out, length);
      microkernels.scale(1 / sum, to, out, to, out, length);
      return;
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.exp((double) from[in + i] - max);
    }
    double shift = max + Math.log(sum);
    for (int i = 0; i < length; i++) {
      to[out + i] = (float) (from[in + i] - shift);
    }
  }

  private void strided(float[] from, int in, float[] to, int out) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, from[in + i * xStep]);
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.exp(from[in + i * xStep] - max);
    }
    double shift = max + Math.log(sum);
    for (int i = 0; i < length; i++) {
      double value = from[in + i * xStep];
      to[out + i * yStep] = (float) (logarithm ? value - shift : Math.exp(value - max) / sum);
    }
  }

  private void doubles(double[] from, int in, double[] to, int out) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, from[in + i * xStep]);
    }
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.exp(from[in + i * xStep] - max);
    }
    double shift = max + Math.log(sum);
    for (int i = 0; i < length; i++) {
      double value = from[in + i * xStep];
      to[out + i * yStep] = logarithm ? value - shift : Math.exp(value - max) / sum;
    }
  }
}
