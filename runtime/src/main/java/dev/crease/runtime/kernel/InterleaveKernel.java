package dev.crease.runtime.kernel;

import java.util.List;

/// `y[strides q + r] = x[r][q]` over the pictures of blocked tensors: operand `r` is the one for
/// the remainders `r`, counted in row-major order over depth, height and width.
///
/// A task is one row of one block of `y`.
public final class InterleaveKernel implements Kernel {
  private final List<Blocked> x;
  private final Blocked y;
  private final int[] strides;

  /// @throws IllegalArgumentException if an operand has another batch or number of channels, or
  ///   does not fill its places
  public InterleaveKernel(List<Blocked> x, Blocked y, int[] strides) {
    this.x = List.copyOf(x);
    this.y = y;
    this.strides = strides.clone();
    for (int i = 0; i < x.size(); i++) {
      Blocked part = x.get(i);
      boolean fits =
          part.batch() == y.batch()
              && part.channels() == y.channels()
              && part.depth() == places(y.depth(), i / (strides[1] * strides[2]), strides[0])
              && part.height() == places(y.height(), i / strides[2] % strides[1], strides[1])
              && part.width() == places(y.width(), i % strides[2], strides[2]);
      if (!fits) {
        throw new IllegalArgumentException("operand " + i + " does not fill its places");
      }
    }
  }

  private static int places(int size, int remainder, int stride) {
    return Math.max(0, Math.ceilDiv(size - remainder, stride));
  }

  @Override
  public int tasks() {
    return y.batch() * y.blocks() * y.rows();
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int row = task % y.height();
      int plane = task / y.height() % y.depth();
      int block = task / y.rows() % y.blocks();
      int image = task / y.rows() / y.blocks();
      int first = (plane % strides[0] * strides[1] + row % strides[1]) * strides[2];
      for (int r = 0; r < strides[2]; r++) {
        Blocked part = x.get(first + r);
        int in = part.row(image, block, plane / strides[0], row / strides[1]);
        spread(part, in, y.row(image, block, plane, row) + r * y.lanes());
      }
    }
  }

  private void spread(Blocked part, int in, int out) {
    int lanes = y.lanes();
    for (int pixel = 0; pixel < part.width(); pixel++) {
      System.arraycopy(
          part.array(), in + pixel * lanes, y.array(), out + pixel * strides[2] * lanes, lanes);
    }
  }
}
