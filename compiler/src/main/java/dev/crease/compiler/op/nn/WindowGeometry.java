package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.op.Strides;
import java.util.Arrays;

/// A sliding window over a picture of known size, always in at least three spatial dimensions:
/// missing leading ones are 1. For reference evaluations.
record WindowGeometry(
    int[] input,
    int[] output,
    int[] kernel,
    int[] strides,
    int[] dilations,
    int[] begin,
    int[] end) {
  /// @param shape the picture's whole shape `(N, C, spatial...)`
  static WindowGeometry of(SlidingWindow window, int[] shape) {
    int rank = Math.max(3, window.rank());
    int[][] all = new int[7][rank];
    for (int[] values : all) {
      Arrays.fill(values, 1);
    }
    Arrays.fill(all[5], 0);
    Arrays.fill(all[6], 0);
    for (int axis = 0; axis < window.rank(); axis++) {
      int to = rank - window.rank() + axis;
      Dim size = Dim.of(shape[2 + axis]);
      all[0][to] = shape[2 + axis];
      all[1][to] = number(window.output(axis, size));
      all[2][to] = window.kernel().get(axis);
      all[3][to] = window.strides().get(axis);
      all[4][to] = window.dilations().get(axis);
      all[5][to] = number(window.padBegin(axis, size));
      all[6][to] = number(window.padEnd(axis, size));
    }
    return new WindowGeometry(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
  }

  private static int number(Dim dim) {
    return Math.toIntExact(dim.known().getAsLong());
  }

  /// The number of spatial dimensions.
  int rank() {
    return input.length;
  }

  /// Where each tap at an output reads the picture, in the order of the kernel's elements; -1 for
  /// one that lies outside.
  int[] sources(int output) {
    int[] places = {0};
    for (int axis = 0; axis < rank(); axis++) {
      long start = start(axis, at(axis, output));
      int[] next = new int[places.length * kernel[axis]];
      for (int i = 0; i < next.length; i++) {
        long position = start + (long) (i % kernel[axis]) * dilations[axis];
        int place = places[i / kernel[axis]];
        boolean inside = place >= 0 && position >= 0 && position < input[axis];
        next[i] = inside ? place * input[axis] + (int) position : -1;
      }
      places = next;
    }
    return places;
  }

  /// How many taps at an output lie from `low` pixels before the picture to `high` after it.
  double taps(int output, int[] low, int[] high) {
    double taps = 1;
    for (int axis = 0; axis < rank(); axis++) {
      long start = start(axis, at(axis, output));
      long first = clampedTap(axis, -low[axis] - start);
      taps *= Math.max(0, clampedTap(axis, (long) input[axis] + high[axis] - start) - first);
    }
    return taps;
  }

  private long clampedTap(int axis, long distance) {
    return Math.clamp(Math.ceilDiv(distance, dilations[axis]), 0L, kernel[axis]);
  }

  /// The position along one axis of an output.
  private int at(int axis, int number) {
    int inner = 1;
    for (int i = axis + 1; i < rank(); i++) {
      inner *= output[i];
    }
    return number / inner % output[axis];
  }

  /// Where the window at output position `at` begins, possibly in the padding.
  private long start(int axis, int at) {
    return (long) at * strides[axis] - begin[axis];
  }

  int inputs() {
    return Strides.count(input);
  }

  int outputs() {
    return Strides.count(output);
  }

  int taps() {
    return Strides.count(kernel);
  }

  /// The shape `(N, channels, spatial...)` of the result, with `rank` dimensions.
  int[] resultShape(int batch, int channels, int rank) {
    int[] shape = new int[rank];
    shape[0] = batch;
    shape[1] = channels;
    System.arraycopy(output, rank() + 2 - rank, shape, 2, rank - 2);
    return shape;
  }
}
