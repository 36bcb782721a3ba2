package dev.crease.runtime.kernel;

/// Reorders a blocked float32 tensor into plain `(N, C, D, H, W)`. A task is one row of one block.
public final class UnpackBlockedKernel extends RowKernel {
  private final Blocked x;
  private final Strided view;
  private final float[] y;

  /// @param y `(N, C)` and up to three spatial dimensions, any strides
  public UnpackBlockedKernel(Blocked x, Strided y) {
    super(x);
    this.x = x;
    this.view = Pictures.fiveDimensional(y);
    this.y = (float[]) y.array();
  }

  @Override
  public long operationsPerTask() {
    return (long) x.width() * x.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
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
