package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y[i..., d, j...]` is the second of two values if `indices[i..., j...]` is `d`, else the first.
/// Negative indices count from the end; one out of range names no `d`.
///
/// A task is all of `y` for one `i...`.
final class OneHotKernel implements Kernel {
  private final Tensor indices;
  private final Tensor values;
  private final Tensor y;
  private final int inner;
  private final int depth;

  /// Operands `indices`, `values`, which are two; results `y`; integers: the new axis.
  OneHotKernel(Arguments arguments) {
    indices = arguments.x(0);
    values = arguments.x(1);
    y = arguments.y(0);
    int axis = arguments.axis(0, y);
    boolean fits =
        values.elements() == 2 && values.type() == y.type() && y.rank() == indices.rank() + 1;
    for (int i = 0; fits && i < indices.rank(); i++) {
      fits = indices.shape()[i] == y.shape()[i < axis ? i : i + 1];
    }
    Arguments.require(fits, "indices %s do not give %s".formatted(indices, y));
    inner = indices.product(axis, indices.rank());
    depth = y.shape()[axis];
  }

  @Override
  public int tasks() {
    return y.elements() == 0 ? 0 : y.elements() / (depth * inner);
  }

  @Override
  public long operationsPerTask() {
    return 4L * depth * inner;
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int first = task * depth * inner;
      for (int i = 0; i < depth * inner; i++) {
        y.copy(first + i, values, 0, 1);
      }
      for (int i = 0; i < inner; i++) {
        long index = index(task * inner + i);
        if (index >= 0 && index < depth) {
          y.copy(first + (int) index * inner + i, values, 1, 1);
        }
      }
    }
  }

  private long index(int element) {
    long index =
        indices.type().isFloating() ? (long) indices.number(element) : indices.integer(element);
    return index < 0 ? index + depth : index;
  }
}
