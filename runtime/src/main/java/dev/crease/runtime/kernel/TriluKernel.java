package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// The upper or lower triangle of each matrix of the last two axes: column `j` of row `i` is kept
/// where `j - i >= k`, or `<= k`; what is not is 0.
///
/// A task is a row.
final class TriluKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor y;
  private final boolean upper;
  private final int rows;
  private final int columns;

  /// Operands `x`, optionally `k`, an int64; results `y`; integers: whether the upper triangle is
  /// kept.
  TriluKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    y = arguments.y(0);
    upper = arguments.flag(0);
    Arguments.require(
        x.type() == y.type() && x.rank() >= 2 && Arrays.equals(x.shape(), y.shape()),
        "%s has no triangles %s".formatted(x, y));
    rows = x.shape()[x.rank() - 2];
    columns = x.shape()[x.rank() - 1];
  }

  @Override
  public int tasks() {
    return x.product(0, x.rank() - 1);
  }

  @Override
  public long operationsPerTask() {
    return columns;
  }

  @Override
  public void run(int begin, int end) {
    long k = arguments.has(1) ? arguments.x(1).integer(0) : 0;
    long diagonal = Math.clamp(k, -rows - 1L, columns + 1L);
    for (int task = begin; task < end; task++) {
      long at = task % rows + diagonal + (upper ? 0 : 1);
      int edge = (int) Math.clamp(at, 0L, columns);
      int row = task * columns;
      if (upper) {
        y.clear(row, edge);
        y.copy(row + edge, x, row + edge, columns - edge);
      } else {
        y.copy(row, x, row, edge);
        y.clear(row + edge, columns - edge);
      }
    }
  }
}
