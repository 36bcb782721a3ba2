package dev.crease.runtime.kernel;

/// Local response normalization across channels. A task is one row of pixels, through all blocks;
/// each has room of its own for the squares of a pixel.
public final class LrnKernel implements Kernel {
  private final Microkernels microkernels;
  private final Blocked x;
  private final Blocked y;
  private final LrnGeometry geometry;
  private final float[] squares;

  /// @param y of `x`'s shape
  /// @param size how many channels a sum spans, `floor((size - 1) / 2)` of them before its own
  public LrnKernel(
      Microkernels microkernels,
      Blocked x,
      Blocked y,
      int size,
      float alpha,
      float beta,
      float bias) {
    this.microkernels = microkernels;
    this.x = x;
    this.y = y;
    int before = (size - 1) / 2;
    int most = Math.max(0, x.channels() - 1);
    geometry =
        new LrnGeometry(
            x.channels(),
            x.blockStride(),
            y.blockStride(),
            Math.min(before, most),
            Math.min(size - 1 - before, most),
            alpha / size,
            beta,
            bias);
    squares = new float[Math.multiplyExact(tasks(), geometry.room(x.lanes()))];
  }

  @Override
  public int tasks() {
    return y.batch() * y.rows();
  }

  @Override
  public long operationsPerTask() {
    long products = geometry.before() + geometry.after() + 16;
    return products * y.blocks() * y.lanes() * y.width();
  }

  @Override
  public void run(int begin, int end) {
    int room = geometry.room(x.lanes());
    for (int task = begin; task < end; task++) {
      int image = task / y.rows();
      int plane = task % y.rows() / y.height();
      int row = task % y.height();
      int in = x.row(image, 0, plane, row);
      int out = y.row(image, 0, plane, row);
      microkernels.lrn(geometry, x.array(), in, squares, task * room, y.array(), out, y.width());
    }
  }
}
