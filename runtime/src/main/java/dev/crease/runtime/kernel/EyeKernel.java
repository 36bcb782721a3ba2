package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y` is 1 where the column is the row and `k`, and 0 elsewhere. A task is a row.
final class EyeKernel implements Kernel {
  private final Tensor y;
  private final long k;

  /// Results `y`, a matrix; integers: `k`.
  EyeKernel(Arguments arguments) {
    y = arguments.y(0);
    k = arguments.integer(0);
    Arguments.require(y.rank() == 2, y + " is not a matrix");
  }

  @Override
  public int tasks() {
    return y.shape()[0];
  }

  @Override
  public long operationsPerTask() {
    return y.shape()[1];
  }

  @Override
  public void run(int begin, int end) {
    int columns = y.shape()[1];
    for (int row = begin; row < end; row++) {
      for (int column = 0; column < columns; column++) {
        y.setNumber(row * columns + column, column - row == k ? 1 : 0);
      }
    }
  }
}
