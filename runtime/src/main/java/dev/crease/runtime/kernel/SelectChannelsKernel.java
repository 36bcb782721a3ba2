package dev.crease.runtime.kernel;

import java.util.Arrays;

/// `y[n, c, ...] = x[n, channels[c], ...]` over blocked tensors of one batch and picture: slices,
/// splits and shuffles of channels.
///
/// A task is one row of one block of `y`, or a whole block where rows follow each other. Where a
/// block is one of `x`, it is copied as a whole; else each pixel is gathered from the blocks that
/// its channels stand in.
public final class SelectChannelsKernel extends RowKernel {
  private final Microkernels microkernels;
  private final Blocked x;
  private final Blocked y;

  /// For each lane of each block of `y`: where its channel stands, from the first pixel of the row
  /// in `x`'s first block.
  private final int[] from;

  /// @throws IllegalArgumentException if the pictures differ, or there is not a channel of `x` for
  ///   each of `y`
  public SelectChannelsKernel(Microkernels microkernels, Blocked x, Blocked y, int[] channels) {
    boolean fits =
        x.batch() == y.batch()
            && x.depth() == y.depth()
            && x.height() == y.height()
            && x.width() == y.width()
            && channels.length == y.channels()
            && Arrays.stream(channels).allMatch(channel -> channel >= 0 && channel < x.channels());
    if (!fits) {
      throw new IllegalArgumentException(
          "x and y should have one batch and picture, and each channel of y should be one of x");
    }
    boolean joins = x.isTight() && y.isTight();
    super(joins ? y.joined() : y);
    this.microkernels = microkernels;
    this.x = joins ? x.joined() : x;
    this.y = joins ? y.joined() : y;
    from = new int[y.blocks() * y.lanes()];
    for (int lane = 0; lane < from.length; lane++) {
      int channel =
          lane < channels.length ? channels[lane] : channels[lane / y.lanes() * y.lanes()];
      from[lane] = channel / x.lanes() * x.blockStride() + channel % x.lanes();
    }
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int in = x.row(image, 0, plane, row);
    int out = y.row(image, block, plane, row);
    int first = block * y.lanes();
    if (isWhole(block)) {
      System.arraycopy(x.array(), in + from[first], y.array(), out, y.width() * y.lanes());
    } else {
      microkernels.gatherLanes(x.array(), in, from, first, y.array(), out, y.width());
    }
    Epilogue.clearTail(y.array(), out, y.width(), y.lanes(), y.lanesOf(block));
  }

  /// Whether the channels of a block of `y` are those of a block of `x`, in order.
  private boolean isWhole(int block) {
    int first = block * y.lanes();
    for (int lane = 1; lane < y.lanesOf(block); lane++) {
      if (from[first + lane] != from[first] + lane) {
        return false;
      }
    }
    return from[first] % y.lanes() == 0;
  }
}
