package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import java.util.Arrays;

/// The reference transposed convolution of one to three dimensions: each input element, times each
/// tap, is added to the output that they meet.
final class TransposedConvolution {
  private final DoubleTensor x;
  private final DoubleTensor w;
  private final int group;
  private final int maps;
  private final int[] shape;
  private final int[] input = {1, 1, 1};
  private final int[] output = {1, 1, 1};
  private final int[] kernel = {1, 1, 1};
  private final int[] stride = {1, 1, 1};
  private final int[] dilation = {1, 1, 1};
  private final int[] pad = new int[3];

  TransposedConvolution(ScatteredWindow window, DoubleTensor x, DoubleTensor w, int group) {
    this.x = x;
    this.w = w;
    this.group = group;
    maps = w.dim(1);
    shape = new int[x.rank()];
    shape[0] = x.dim(0);
    shape[1] = maps * group;
    int[] dims = Arrays.copyOfRange(x.shape(), 2, x.rank());
    var outputs = window.outputs(Arrays.stream(dims).mapToObj(Dim::of).toList());
    for (int axis = 0; axis < window.rank(); axis++) {
      int to = 3 - window.rank() + axis;
      input[to] = dims[axis];
      output[to] = Math.toIntExact(outputs.get(axis).known().getAsLong());
      kernel[to] = window.kernel(axis);
      stride[to] = window.stride(axis);
      dilation[to] = window.dilation(axis);
      pad[to] = (int) window.padBegin(axis, Dim.of(dims[axis])).known().getAsLong();
      shape[2 + axis] = output[to];
    }
  }

  int[] shape() {
    return shape;
  }

  /// Elements of one channel of the result.
  int outputs() {
    return output[0] * output[1] * output[2];
  }

  double[] evaluate() {
    double[] y = new double[Math.multiplyExact(shape[0] * shape[1], outputs())];
    int channels = x.dim(1) / group;
    int inputs = input[0] * input[1] * input[2];
    int taps = kernel[0] * kernel[1] * kernel[2];
    for (int n = 0; n < shape[0]; n++) {
      for (int c = 0; c < x.dim(1); c++) {
        for (int m = 0; m < maps; m++) {
          int map = n * shape[1] + c / channels * maps + m;
          add(y, map * outputs(), (n * x.dim(1) + c) * inputs, (c * maps + m) * taps);
        }
      }
    }
    return y;
  }

  /// Adds the contribution of one channel of `X` to one of `Y`.
  private void add(double[] y, int to, int from, int weights) {
    for (int tap = 0; tap < kernel[0] * kernel[1] * kernel[2]; tap++) {
      double weight = w.data()[weights + tap];
      int[] shift = {
        tap / (kernel[1] * kernel[2]) * dilation[0] - pad[0],
        tap / kernel[2] % kernel[1] * dilation[1] - pad[1],
        tap % kernel[2] * dilation[2] - pad[2]
      };
      for (int line = 0; line < input[0] * input[1]; line++) {
        long d = (long) (line / input[1]) * stride[0] + shift[0];
        long h = (long) (line % input[1]) * stride[1] + shift[1];
        if (d >= 0 && d < output[0] && h >= 0 && h < output[1]) {
          int row = to + ((int) d * output[1] + (int) h) * output[2];
          addRow(y, row, from + line * input[2], shift[2], weight);
        }
      }
    }
  }

  private void addRow(double[] y, int row, int from, int shift, double weight) {
    int first = Math.max(0, Math.ceilDiv(-shift, stride[2]));
    int end = Math.min(input[2], Math.ceilDiv(output[2] - shift, stride[2]));
    for (int i = first; i < end; i++) {
      y[row + i * stride[2] + shift] += weight * x.data()[from + i];
    }
  }
}
