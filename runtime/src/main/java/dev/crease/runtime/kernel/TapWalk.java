package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// The taps of a window of any number of dimensions, at one output position, that lie inside a
/// picture: tap `t` at output `o` reads input `o stride + t dilation - begin`. Not for sharing
/// between threads.
///
/// Usage: `for (walk.start(position); walk.hasTap(); walk.advance())`.
final class TapWalk {
  private final int[] input;
  private final int[] output;
  private final int[] kernel;
  private final int[] strides;
  private final int[] dilations;
  private final int[] begins;
  private final long[] corner;
  private final int[] first;
  private final int[] end;
  private final int[] tap;
  private boolean inside;
  private int element;
  private int number;

  /// Reads kernel, strides, dilations and beginning pads, one of each for each spatial axis, from
  /// the integers at `index` on.
  ///
  /// @param picture `(N, C, spatial...)`
  /// @param positions the same of the window's positions
  TapWalk(Arguments arguments, int index, Tensor picture, Tensor positions) {
    this(spatial(picture.shape()), spatial(positions.shape()), arguments, index);
  }

  TapWalk(int[] input, int[] output, Arguments arguments, int index) {
    this.input = input;
    this.output = output;
    int rank = input.length;
    kernel = arguments.integers(index, rank);
    strides = arguments.integers(index + rank, rank);
    dilations = arguments.integers(index + 2 * rank, rank);
    begins = arguments.integers(index + 3 * rank, rank);
    boolean fits = output.length == rank;
    for (int axis = 0; fits && axis < rank; axis++) {
      fits = kernel[axis] >= 0 && strides[axis] > 0 && dilations[axis] > 0;
    }
    Arguments.require(fits, "no window is " + Arrays.toString(arguments.integers()));
    corner = new long[rank];
    first = new int[rank];
    end = new int[rank];
    tap = new int[rank];
  }

  private static int[] spatial(int[] shape) {
    return Arrays.copyOfRange(shape, Math.min(2, shape.length), shape.length);
  }

  int inputs() {
    return product(input);
  }

  int outputs() {
    return product(output);
  }

  int taps() {
    return product(kernel);
  }

  private static int product(int[] values) {
    int product = 1;
    for (int value : values) {
      product *= value;
    }
    return product;
  }

  /// Goes to the first tap at an output position, counted in row-major order.
  void start(int position) {
    int rest = position;
    inside = true;
    for (int axis = input.length - 1; axis >= 0; axis--) {
      corner[axis] = (long) (rest % output[axis]) * strides[axis] - begins[axis];
      rest /= output[axis];
      first[axis] = clampedTap(axis, 0);
      end[axis] = clampedTap(axis, input[axis]);
      tap[axis] = first[axis];
      inside &= first[axis] < end[axis];
    }
    locate();
  }

  /// The first tap at or behind an input coordinate.
  private int clampedTap(int axis, long coordinate) {
    return (int)
        Math.clamp(Math.ceilDiv(coordinate - corner[axis], dilations[axis]), 0L, kernel[axis]);
  }

  boolean hasTap() {
    return inside;
  }

  void advance() {
    int axis = input.length - 1;
    while (axis >= 0 && ++tap[axis] == end[axis]) {
      tap[axis] = first[axis];
      axis--;
    }
    inside = axis >= 0;
    if (axis == input.length - 1 && axis >= 0) {
      element += dilations[axis];
      number++;
    } else {
      locate();
    }
  }

  private void locate() {
    element = 0;
    number = 0;
    for (int axis = 0; axis < input.length; axis++) {
      long at = corner[axis] + (long) tap[axis] * dilations[axis];
      element = element * input[axis] + (int) at;
      number = number * kernel[axis] + tap[axis];
    }
  }

  /// Where the tap lies in a picture of one channel, in row-major order.
  int element() {
    return element;
  }

  /// Which of the kernel's taps it is, in row-major order.
  int tap() {
    return number;
  }

  /// How many taps at this output position lie inside the picture or its padding.
  ///
  /// @param ends the padding after each spatial axis
  long padded(int[] ends) {
    long count = 1;
    for (int axis = 0; axis < input.length; axis++) {
      int low = clampedTap(axis, -(long) begins[axis]);
      int high = clampedTap(axis, (long) input[axis] + ends[axis]);
      count *= Math.max(0, high - low);
    }
    return count;
  }
}
