package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.PoolKind;

/// Pooling over all spatial dimensions. A task is one block of one image.
public final class GlobalPoolKernel implements Kernel {
  private final Microkernels microkernels;
  private final PoolKind kind;
  private final Blocked x;
  private final Blocked y;
  private final PoolGeometry geometry;

  /// @param y of `x`'s batch and channels, with one pixel
  public GlobalPoolKernel(Microkernels microkernels, PoolKind kind, Blocked x, Blocked y) {
    this.microkernels = microkernels;
    this.kind = kind;
    this.x = x;
    this.y = y;
    this.geometry = new PoolGeometry(0, x.depthStride(), x.rowStride(), x.lanes());
  }

  @Override
  public int tasks() {
    return y.batch() * y.blocks();
  }

  @Override
  public long operationsPerTask() {
    return (long) x.pixels() * x.lanes();
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int image = task / y.blocks();
      int block = task % y.blocks();
      int in = x.row(image, block, 0, 0);
      int out = y.row(image, block, 0, 0);
      switch (kind) {
        case MAX -> {
          microkernels.maxPool(
              geometry, x.depth(), x.height(), x.width(), x.array(), in, y.array(), out, 1);
          Epilogue.clearTail(y.array(), out, 1, y.lanes(), y.lanesOf(block));
        }
        case AVERAGE, AVERAGE_WITH_PADDING ->
            microkernels.sumPool(
                geometry,
                x.depth(),
                x.height(),
                x.width(),
                x.array(),
                in,
                x.pixels(),
                y.array(),
                out,
                1);
      }
    }
  }
}
