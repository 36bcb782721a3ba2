package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Reorders a plain float32 tensor `(N, C, D, H, W)` into blocked layout. A task is one row of one
/// block.
public final class PackBlockedKernel extends RowKernel implements FedKernel {
  private float[] x;
  private final Strided view;
  private final Blocked y;

  /// @param x `(N, C)` and up to three spatial dimensions, any strides
  public PackBlockedKernel(Strided x, Blocked y) {
    super(y);
    this.view = Pictures.fiveDimensional(x);
    this.x = (float[]) x.array();
    this.y = y;
  }

  @Override
  public void feed(Object array) {
    x = (float[]) array;
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int lanes = y.lanes();
    int channels = y.lanesOf(block);
    int out = y.row(image, block, plane, row);
    if (channels < lanes) {
      Arrays.fill(y.array(), out, out + y.width() * lanes, 0);
    }
    int in = Pictures.index(view, image, block * lanes, plane, row);
    for (int lane = 0; lane < channels; lane++) {
      Copies.copy(
          x,
          in + lane * view.strides()[1],
          view.strides()[4],
          y.array(),
          out + lane,
          lanes,
          y.width());
    }
  }
}
