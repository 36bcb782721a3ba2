package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// The largest element of each cell of each region of interest, whose corners are rounded to
/// pixels; cells meet at fractions of pixels and take those in whole. 0 where a cell has none.
///
/// A task is one region.
final class MaxRoiPoolKernel implements Kernel {
  private final Tensor x;
  private final Tensor rois;
  private final Tensor y;
  private final double scale;

  /// Operands `x` `(N, C, H, W)`, `rois` `(R, 5)` as picture, left, top, right, bottom, the last
  /// two included; results `y` `(R, C, h, w)`; numbers: what regions are scaled by.
  MaxRoiPoolKernel(Arguments arguments) {
    x = arguments.x(0);
    rois = arguments.x(1);
    y = arguments.y(0);
    scale = arguments.number(0);
    boolean fits =
        x.rank() == 4
            && y.rank() == 4
            && rois.rank() == 2
            && rois.shape()[1] == 5
            && x.type() == y.type()
            && y.shape()[0] == rois.shape()[0]
            && y.shape()[1] == x.shape()[1];
    Arguments.require(fits, "regions %s of %s do not give %s".formatted(rois, x, y));
  }

  @Override
  public int tasks() {
    return y.shape()[0];
  }

  @Override
  public long operationsPerTask() {
    return 4L * Math.max(y.product(1, 4), x.product(1, 4));
  }

  @Override
  public void run(int begin, int end) {
    int channels = x.shape()[1];
    for (int roi = begin; roi < end; roi++) {
      int batch = (int) rois.number(roi * 5);
      if (batch < 0 || batch >= x.shape()[0]) {
        throw new InvalidDataException(
            "region %d is of picture %d, there are %d".formatted(roi, batch, x.shape()[0]));
      }
      for (int i = 0; i < y.product(1, 4); i++) {
        int w = i % y.shape()[3];
        int h = i / y.shape()[3] % y.shape()[2];
        int channel = batch * channels + i / y.product(2, 4);
        y.setNumber(roi * y.product(1, 4) + i, largest(channel, roi, h, w));
      }
    }
  }

  private double largest(int channel, int roi, int h, int w) {
    int top = edge(roi, 1, h, false);
    int bottom = edge(roi, 1, h, true);
    int left = edge(roi, 0, w, false);
    int right = edge(roi, 0, w, true);
    double largest = top < bottom && left < right ? Double.NEGATIVE_INFINITY : 0;
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        int at = (channel * x.shape()[2] + row) * x.shape()[3] + column;
        largest = Math.max(largest, x.number(at));
      }
    }
    return largest;
  }

  /// Where a cell begins or ends along an axis (0 for columns).
  private int edge(int roi, int axis, int cell, boolean end) {
    long first = rounded(rois.number(roi * 5 + 1 + axis) * scale);
    long last = rounded(rois.number(roi * 5 + 3 + axis) * scale);
    long size = Math.max(last - first + 1, 1);
    int cells = y.shape()[3 - axis];
    long at = end ? Math.ceilDiv((cell + 1) * size, cells) : cell * size / cells;
    return (int) Math.clamp(first + at, 0L, x.shape()[3 - axis]);
  }

  /// Halves away from 0.
  private static long rounded(double value) {
    return (long) Math.copySign(Math.floor(Math.abs(value) + 0.5), value);
  }
}
