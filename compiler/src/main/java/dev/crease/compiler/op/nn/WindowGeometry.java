package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import java.util.Arrays;

/// A sliding window over a picture of known size, always in three spatial dimensions: missing
/// leading ones are 1. For reference evaluations.
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
    int[][] all = new int[7][3];
    for (int[] values : all) {
      Arrays.fill(values, 1);
    }
    Arrays.fill(all[5], 0);
    Arrays.fill(all[6], 0);
    for (int axis = 0; axis < window.rank(); axis++) {
      int to = 3 - window.rank() + axis;
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

  /// The first tap at output position `at` that lies at input position `low` or after it.
  int firstTap(int axis, int at, long low) {
    return clampedTap(axis, low - start(axis, at));
  }

  /// One past the last tap at output position `at` that lies before input position `high`.
  int endTap(int axis, int at, long high) {
    return clampedTap(axis, high - start(axis, at));
  }

  private int clampedTap(int axis, long distance) {
    return (int) Math.clamp(Math.ceilDiv(distance, dilations[axis]), 0L, kernel[axis]);
  }

  /// The input position of tap `tap` at output position `at`; the tap is one within the picture.
  int source(int axis, int at, int tap) {
    return (int) (start(axis, at) + (long) tap * dilations[axis]);
  }

  /// Where the window at output position `at` begins, possibly in the padding.
  private long start(int axis, int at) {
    return (long) at * strides[axis] - begin[axis];
  }

  int inputs() {
    return input[0] * input[1] * input[2];
  }

  int outputs() {
    return output[0] * output[1] * output[2];
  }

  int taps() {
    return kernel[0] * kernel[1] * kernel[2];
  }

  /// The shape `(N, channels, spatial...)` of the result, with `rank` dimensions.
  int[] resultShape(int batch, int channels, int rank) {
    int[] shape = new int[rank];
    shape[0] = batch;
    shape[1] = channels;
    System.arraycopy(output, 5 - rank, shape, 2, rank - 2);
    return shape;
  }
}
