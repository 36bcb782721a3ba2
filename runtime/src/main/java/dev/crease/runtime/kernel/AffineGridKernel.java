package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y[n, (d,) h, w] = theta[n] (x, y, (z,) 1)`: where an affine map takes each pixel's coordinates,
/// which run from -1 to 1, between the centres of the outermost pixels or their outer edges; 0
/// where there is one pixel.
///
/// A task is one grid.
final class AffineGridKernel implements Kernel {
  private final Tensor theta;
  private final Tensor y;
  private final int axes;
  private final boolean corners;

  /// Operands `theta` `(N, axes, axes + 1)`; results `y` `(N, spatial..., axes)`; integers: whether
  /// -1 and 1 are centres of pixels.
  AffineGridKernel(Arguments arguments) {
    theta = arguments.x(0);
    y = arguments.y(0);
    corners = arguments.flag(0);
    axes = y.rank() - 2;
    boolean fits =
        axes > 0
            && theta.rank() == 3
            && theta.shape()[0] == y.shape()[0]
            && theta.shape()[1] == axes
            && theta.shape()[2] == axes + 1
            && y.shape()[y.rank() - 1] == axes;
    Arguments.require(fits, "%s does not give the grid %s".formatted(theta, y));
  }

  @Override
  public int tasks() {
    return y.shape()[0];
  }

  @Override
  public long operationsPerTask() {
    return 8L * y.product(1, y.rank());
  }

  @Override
  public void run(int begin, int end) {
    int pixels = y.product(1, y.rank() - 1);
    double[] point = new double[axes + 1];
    point[axes] = 1;
    for (int pixel = begin * pixels; pixel < end * pixels; pixel++) {
      int rest = pixel;
      for (int axis = 0; axis < axes; axis++) {
        int size = y.shape()[axes - axis];
        point[axis] = coordinate(rest % size, size);
        rest /= size;
      }
      for (int row = 0; row < axes; row++) {
        int from = (rest * axes + row) * (axes + 1);
        double sum = 0;
        for (int column = 0; column <= axes; column++) {
          sum += theta.number(from + column) * point[column];
        }
        y.setNumber(pixel * axes + row, sum);
      }
    }
  }

  private double coordinate(int at, int size) {
    if (corners) {
      return size == 1 ? 0 : 2.0 * at / (size - 1) - 1;
    }
    return (2.0 * at + 1) / size - 1;
  }
}
