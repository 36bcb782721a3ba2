package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.Strides;
import java.util.Arrays;

/// The reference transposed convolution: each input element, times each tap, is added to the output
/// that they meet.
final class TransposedConvolution {
  private final DoubleTensor x;
  private final DoubleTensor w;
  private final int group;
  private final int maps;
  private final int[] shape;
  private final int[] input;
  private final int[] output;
  private final int[] kernel;
  private final int[] stride;
  private final int[] dilation;
  private final int[] pad;
  private final int last;

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
    input = dims;
    output = new int[dims.length];
    kernel = new int[dims.length];
    stride = new int[dims.length];
    dilation = new int[dims.length];
    pad = new int[dims.length];
    last = dims.length - 1;
    for (int axis = 0; axis < dims.length; axis++) {
      output[axis] = Math.toIntExact(outputs.get(axis).known().getAsLong());
      kernel[axis] = window.kernel(axis);
      stride[axis] = window.stride(axis);
      dilation[axis] = window.dilation(axis);
      pad[axis] = (int) window.padBegin(axis, Dim.of(dims[axis])).known().getAsLong();
      shape[2 + axis] = output[axis];
    }
  }

  int[] shape() {
    return shape;
  }

  /// Elements of one channel of the result.
  int outputs() {
    return Strides.count(output);
  }

  double[] evaluate() {
    double[] y = new double[Math.multiplyExact(shape[0] * shape[1], outputs())];
    int channels = x.dim(1) / group;
    int inputs = Strides.count(input);
    int taps = Strides.count(kernel);
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
    int lines = Strides.count(input, 0, last);
    for (int tap = 0; tap < Strides.count(kernel); tap++) {
      double weight = w.data()[weights + tap];
      int[] shift = shift(tap);
      for (int line = 0; line < lines; line++) {
        int row = row(line, shift);
        if (row >= 0) {
          addRow(y, to + row * output[last], from + line * input[last], shift[last], weight);
        }
      }
    }
  }

  /// How far from `stride` times an input's position a tap puts it, along each axis.
  private int[] shift(int tap) {
    int[] shift = new int[kernel.length];
    int rest = tap;
    for (int axis = last; axis >= 0; axis--) {
      shift[axis] = rest % kernel[axis] * dilation[axis] - pad[axis];
      rest /= kernel[axis];
    }
    return shift;
  }

  /// Which row of the output a row of the input meets; -1 if none.
  private int row(int line, int[] shift) {
    int row = 0;
    int rest = line;
    int step = 1;
    for (int axis = last - 1; axis >= 0; axis--) {
      long at = (long) (rest % input[axis]) * stride[axis] + shift[axis];
      if (at < 0 || at >= output[axis]) {
        return -1;
      }
      row += (int) at * step;
      step *= output[axis];
      rest /= input[axis];
    }
    return row;
  }

  private void addRow(double[] y, int row, int from, int shift, double weight) {
    int first = Math.max(0, Math.ceilDiv(-shift, stride[last]));
    int end = Math.min(input[last], Math.ceilDiv(output[last] - shift, stride[last]));
    for (int i = first; i < end; i++) {
      y[row + i * stride[last] + shift] += weight * x.data()[from + i];
    }
  }
}
