package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Resizing of the pictures of a blocked tensor, each axis by its own table. A task is one row of
/// one block of `y`.
public final class BlockedResizeKernel extends RowKernel {
  private final Microkernels microkernels;
  private final Blocked x;
  private final Blocked y;
  private final ResizeAxis depth;
  private final ResizeAxis height;
  private final ResizeAxis width;
  private final int[] columns;
  private final float extrapolation;

  /// @param axes of depth, height and width
  /// @throws IllegalArgumentException if `y` has another batch or number of channels than `x`
  public BlockedResizeKernel(
      Microkernels microkernels, Blocked x, Blocked y, ResizeAxis[] axes, float extrapolation) {
    super(y);
    if (x.batch() != y.batch() || x.channels() != y.channels()) {
      throw new IllegalArgumentException("only pictures are resized in this layout");
    }
    this.microkernels = microkernels;
    this.x = x;
    this.y = y;
    depth = axes[0];
    height = axes[1];
    width = axes[2];
    columns = Arrays.stream(width.index()).map(i -> Math.max(0, i) * x.lanes()).toArray();
    this.extrapolation = extrapolation;
  }

  @Override
  public long operationsPerTask() {
    return (long) depth.taps() * height.taps() * width.taps() * y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int out = y.row(image, block, plane, row);
    int count = y.width() * y.lanes();
    if (depth.isOutside(plane) || height.isOutside(row)) {
      Arrays.fill(y.array(), out, out + count, extrapolation);
    } else {
      resample(image, block, plane, row, out);
      extrapolate(out);
    }
    if (extrapolation != 0) {
      Epilogue.clearTail(y.array(), out, y.width(), y.lanes(), y.lanesOf(block));
    }
  }

  private void resample(int image, int block, int plane, int row, int out) {
    boolean first = true;
    for (int d = plane * depth.taps(); d < (plane + 1) * depth.taps(); d++) {
      for (int h = row * height.taps(); h < (row + 1) * height.taps(); h++) {
        float weight = depth.weights()[d] * height.weights()[h];
        microkernels.resample(
            x.array(),
            x.row(image, block, depth.index()[d], height.index()[h]),
            columns,
            width.weights(),
            width.taps(),
            weight,
            !first,
            y.array(),
            out,
            y.width());
        first = false;
      }
    }
  }

  private void extrapolate(int out) {
    for (int column = 0; column < y.width(); column++) {
      if (width.isOutside(column)) {
        int from = out + column * y.lanes();
        Arrays.fill(y.array(), from, from + y.lanes(), extrapolation);
      }
    }
  }
}
