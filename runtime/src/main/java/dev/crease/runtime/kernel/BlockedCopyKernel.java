package dev.crease.runtime.kernel;

/// Copies a blocked tensor into channels `channelOffset` and following of another one with the same
/// batch and picture, whatever the halos: joining along channels, or a change of halo.
///
/// Joining along a spatial dimension is a copy into a view of a part of the picture. Where the
/// offset is a multiple of the block, whole rows are copied; else lanes are shifted. A task is one
/// block of one image of the *destination*, so neighbouring operands that share a destination block
/// must be copied one after the other: the copy that writes the last channels of `y` also clears
/// the lanes past them, and no copy touches other channels.
public final class BlockedCopyKernel implements Kernel {
  private final Blocked x;
  private final Blocked y;
  private final int channelOffset;
  private final int firstBlock;
  private final int blocks;

  /// @throws IllegalArgumentException if the pictures differ or the channels do not fit
  public BlockedCopyKernel(Blocked x, Blocked y, int channelOffset) {
    boolean same =
        x.lanes() == y.lanes()
            && x.batch() == y.batch()
            && x.depth() == y.depth()
            && x.height() == y.height()
            && x.width() == y.width();
    if (!same || channelOffset < 0 || channelOffset + x.channels() > y.channels()) {
      throw new IllegalArgumentException(
          "cannot copy " + shape(x) + " into " + shape(y) + " at channel " + channelOffset);
    }
    this.x = x;
    this.y = y;
    this.channelOffset = channelOffset;
    firstBlock = channelOffset / y.lanes();
    blocks = Math.ceilDiv(channelOffset + x.channels(), y.lanes()) - firstBlock;
  }

  private static String shape(Blocked tensor) {
    return java.util.List.of(
            tensor.batch(), tensor.channels(), tensor.depth(), tensor.height(), tensor.width())
        .toString();
  }

  @Override
  public int tasks() {
    return x.batch() * blocks;
  }

  @Override
  public long operationsPerTask() {
    return (long) y.pixels() * y.lanes();
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int image = task / blocks;
      int block = firstBlock + task % blocks;
      for (int plane = 0; plane < y.depth(); plane++) {
        for (int row = 0; row < y.height(); row++) {
          row(image, block, plane, row);
        }
      }
    }
  }

  private void row(int image, int block, int plane, int row) {
    int lanes = y.lanes();
    int out = y.row(image, block, plane, row);
    int first = Math.max(block * lanes, channelOffset);
    int end = Math.min((block + 1) * lanes, channelOffset + x.channels());
    for (int channel = first; channel < end; ) {
      int from = channel - channelOffset;
      int lane = from % lanes;
      int count = Math.min(lanes - lane, end - channel);
      int in = x.row(image, from / lanes, plane, row) + lane;
      shift(in, out + channel % lanes, count);
      channel += count;
    }
    if (end == y.channels()) {
      Epilogue.clearTail(y.array(), out, y.width(), lanes, y.lanesOf(block));
    }
  }

  /// Copies `count` lanes of every pixel of a row.
  private void shift(int in, int out, int count) {
    int lanes = y.lanes();
    if (count == lanes) {
      System.arraycopy(x.array(), in, y.array(), out, x.width() * lanes);
      return;
    }
    for (int pixel = 0; pixel < x.width(); pixel++) {
      for (int lane = 0; lane < count; lane++) {
        y.array()[out + pixel * lanes + lane] = x.array()[in + pixel * lanes + lane];
      }
    }
  }
}
