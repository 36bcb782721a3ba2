package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// `y[i...] = x[i..., indices[i...], ...]` along one axis; elsewhere `indices` may be smaller than
/// `x`. Negative indices count from the end; one out of range throws
/// [dev.crease.runtime.InvalidDataException].
///
/// A task is a row of `y` along its last axis.
final class GatherElementsKernel implements Kernel {
  private final Tensor x;
  private final Tensor indices;
  private final Tensor y;
  private final int axis;
  private final int row;
  private final int[] strides;

  /// Operands `x`, `indices`; results `y`; integers: the axis.
  GatherElementsKernel(Arguments arguments) {
    x = arguments.x(0);
    indices = arguments.x(1);
    y = arguments.y(0);
    axis = arguments.axis(0, x);
    boolean fits =
        x.type() == y.type()
            && Indices.areOf(indices.type())
            && x.rank() == y.rank()
            && Arrays.equals(indices.shape(), y.shape());
    for (int i = 0; fits && i < x.rank(); i++) {
      fits = i == axis || indices.shape()[i] <= x.shape()[i];
    }
    Arguments.require(fits, "indices %s of %s do not give %s".formatted(indices, x, y));
    row = y.shape()[y.rank() - 1];
    strides = x.strides();
  }

  @Override
  public int tasks() {
    return y.elements() / row;
  }

  @Override
  public long operationsPerTask() {
    return 4L * row;
  }

  @Override
  public void run(int begin, int end) {
    int last = y.rank() - 1;
    for (int task = begin; task < end; task++) {
      int base = 0;
      int rest = task;
      for (int i = last - 1; i >= 0; i--) {
        base += i == axis ? 0 : rest % y.shape()[i] * strides[i];
        rest /= y.shape()[i];
      }
      for (int i = 0; i < row; i++) {
        int element = task * row + i;
        int at = indices.offset() + element;
        int place = Indices.position(indices.array(), at, axis, x.shape()[axis]);
        y.copy(element, x, base + place * strides[axis] + (axis == last ? 0 : i), 1);
      }
    }
  }
}
