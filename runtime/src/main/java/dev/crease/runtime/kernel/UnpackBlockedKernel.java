package dev.crease.runtime.kernel;

/// Reorders a blocked float32 tensor into plain `(N, C, D, H, W)`. A task is one row of one block.
public final class UnpackBlockedKernel implements Kernel {
  private final Blocked x;
  private final Strided view;
  private final float[] y;

  /// @param y `(N, C)` and up to three spatial dimensions, any strides
  public UnpackBlockedKernel(Blocked x, Strided y) {
    this.x = x;
    this.view = Pictures.fiveDimensional(y);
    this.y = (float[]) y.array();
  }

  @Override
  public int tasks() {
    return x.batch() * x.blocks() * x.rows();
  }

  @Override
  public long operationsPerTask() {
    return (long) x.width() * x.lanes();
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int row = task % x.rows();
      int rest = task / x.rows();
      row(rest / x.blocks(), rest % x.blocks(), row / x.height(), row % x.height());
    }
  }

  private void row(int image, int block, int plane, int row) {
    int lanes = x.lanes();
    int in = x.row(image, block, plane, row);
    int out = Pictures.index(view, image, block * lanes, plane, row);
    for (int lane = 0; lane < x.lanesOf(block); lane++) {
      Copies.copy(
          x.array(),
          in + lane,
          lanes,
          y,
          out + lane * view.strides()[1],
          view.strides()[4],
          x.width());
    }
  }
}
