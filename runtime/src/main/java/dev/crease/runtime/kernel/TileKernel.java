package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y[i, j, ...] = x[i mod m, j mod n, ...]`: as often along each axis as `y` is larger than `x`.
///
/// A task is a row of `y`.
final class TileKernel implements Kernel {
  private final Tensor x;
  private final Tensor y;
  private final int row;
  private final int times;
  private final int[] strides;

  /// Operands `x`; results `y`.
  TileKernel(Arguments arguments) {
    x = arguments.x(0);
    y = arguments.y(0);
    boolean fits = x.type() == y.type() && x.rank() == y.rank();
    for (int axis = 0; fits && axis < x.rank(); axis++) {
      int size = x.shape()[axis];
      fits = size == 0 ? y.shape()[axis] == 0 : y.shape()[axis] % size == 0;
    }
    Arguments.require(fits, "%s is no tile of %s".formatted(x, y));
    row = x.rank() == 0 ? 1 : x.shape()[x.rank() - 1];
    times = x.rank() == 0 || row == 0 ? 1 : y.shape()[x.rank() - 1] / row;
    strides = x.strides();
  }

  @Override
  public int tasks() {
    return y.elements() == 0 ? 0 : y.elements() / (row * times);
  }

  @Override
  public long operationsPerTask() {
    return 8L * x.rank() + (long) row * times;
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int from = 0;
      int rest = task;
      for (int axis = x.rank() - 2; axis >= 0; axis--) {
        from += rest % y.shape()[axis] % x.shape()[axis] * strides[axis];
        rest /= y.shape()[axis];
      }
      for (int i = 0; i < times; i++) {
        y.copy((task * times + i) * row, x, from, row);
      }
    }
  }
}
