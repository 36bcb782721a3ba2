package dev.crease.runtime.kernel;

import java.util.Arrays;

/// A tensor of any element type as an array, an offset, and a dimension and a stride (both in
/// elements) per axis. A stride of 0 repeats an element: broadcasting.
public record Strided(Object array, int offset, int[] shape, int[] strides) {
  public int rank() {
    return shape.length;
  }

  public int elements() {
    int elements = 1;
    for (int dim : shape) {
      elements *= dim;
    }
    return elements;
  }

  /// This tensor repeated to fill `target`, as ONNX broadcasts: aligned at the last dimension.
  ///
  /// @throws IllegalArgumentException if a dimension is neither 1 nor the target's
  Strided broadcast(int[] target) {
    int missing = target.length - rank();
    int[] steps = new int[target.length];
    boolean fits = missing >= 0;
    for (int i = 0; fits && i < rank(); i++) {
      fits = shape[i] == target[missing + i] || shape[i] == 1;
      steps[missing + i] = shape[i] == 1 ? 0 : strides[i];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          Arrays.toString(shape) + " does not broadcast to " + Arrays.toString(target));
    }
    return new Strided(array, offset, target, steps);
  }

  /// Where in the array element `number` stands, counted in row-major order.
  int index(int number) {
    int index = offset;
    int rest = number;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    return index;
  }
}
