package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y[n, c, i...]` is `x[n, c]` at the point `grid[n, i...]`, whose coordinates, last axis first,
/// run from -1 to 1 over the picture: the nearest element, or a sum over the 2 or 4 nearest of each
/// axis weighted as [GridAxis] says.
///
/// A task is the points of one line of the last axis, for all channels.
final class GridSampleKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor grid;
  private final Tensor y;
  private final int axes;
  private final int line;
  private final boolean nearest;

  /// Operands `x` `(N, C, spatial...)`, `grid` `(N, points..., axes)`; results `y` `(N, C,
  /// points...)`; integers: the mode, the padding and whether -1 and 1 are centres of pixels, as
  /// [GridAxis] numbers them.
  GridSampleKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    grid = arguments.x(1);
    y = arguments.y(0);
    axes = x.rank() - 2;
    boolean fits =
        axes > 0
            && x.type() == y.type()
            && grid.type().isFloating()
            && grid.rank() == x.rank()
            && y.rank() == x.rank()
            && grid.shape()[0] == x.shape()[0]
            && y.shape()[0] == x.shape()[0]
            && y.shape()[1] == x.shape()[1]
            && grid.shape()[axes + 1] == axes;
    for (int axis = 0; fits && axis < axes; axis++) {
      fits = grid.shape()[1 + axis] == y.shape()[2 + axis];
    }
    Arguments.require(fits, "the grid %s does not take %s to %s".formatted(grid, x, y));
    nearest = arguments.integer(0) == GridAxis.NEAREST;
    line = y.shape()[y.rank() - 1];
    axis(0);
  }

  private GridAxis axis(int axis) {
    return new GridAxis(
        x.shape()[2 + axis], arguments.integer(0), arguments.integer(1), arguments.flag(2));
  }

  @Override
  public int tasks() {
    return y.elements() == 0 ? 0 : grid.elements() / (line * axes);
  }

  @Override
  public long operationsPerTask() {
    return 16L * line * axes + 8L * line * x.shape()[1];
  }

  @Override
  public void run(int begin, int end) {
    GridAxis[] around = new GridAxis[axes];
    int most = 1;
    for (int axis = 0; axis < axes; axis++) {
      around[axis] = axis(axis);
      most *= around[axis].taps();
    }
    int[] places = new int[most];
    double[] weights = new double[most];
    int points = y.product(2, y.rank());
    for (int point = begin * line; point < end * line; point++) {
      for (int axis = 0; axis < axes; axis++) {
        around[axis].locate(grid.number(point * axes + axes - 1 - axis));
      }
      int count = GridAxis.combine(around, places, weights);
      int batch = point / points;
      write(batch, point % points, places, weights, count);
    }
  }

  private void write(int batch, int point, int[] places, double[] weights, int count) {
    int pixels = x.product(2, x.rank());
    int points = y.product(2, y.rank());
    int channels = x.shape()[1];
    for (int c = batch * channels; c < (batch + 1) * channels; c++) {
      int to = c * points + point;
      if (nearest && count == 0) {
        y.clear(to, 1);
      } else if (nearest) {
        y.copy(to, x, c * pixels + places[0], 1);
      } else {
        double sum = 0;
        for (int i = 0; i < count; i++) {
          sum += weights[i] * x.number(c * pixels + places[i]);
        }
        y.setNumber(to, sum);
      }
    }
  }
}
