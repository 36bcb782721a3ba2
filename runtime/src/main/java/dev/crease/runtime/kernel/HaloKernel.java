package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Nullable;
import java.util.Arrays;

/// Writes zeros, or one value per channel, into the halo around a blocked tensor's pictures. Lanes
/// past the last channel become zero whatever the values hold there. A task is one block of one
/// image.
public final class HaloKernel implements Kernel {
  private final Blocked y;
  private final @Nullable Blocked values;

  /// Zeros.
  public HaloKernel(Blocked y) {
    this.y = y;
    this.values = null;
  }

  /// @param values of one image and one pixel
  /// @throws IllegalArgumentException if they have not `y`'s channels
  public HaloKernel(Blocked y, Blocked values) {
    if (values.channels() != y.channels()) {
      throw new IllegalArgumentException(
          "a vector of " + values.channels() + " channels for " + y.channels());
    }
    this.y = y;
    this.values = values;
  }

  @Override
  public int tasks() {
    return y.batch() * y.blocks();
  }

  @Override
  public long operationsPerTask() {
    int[] before = y.haloBefore();
    int[] after = y.haloAfter();
    long all =
        (long) (before[0] + y.depth() + after[0])
            * (before[1] + y.height() + after[1])
            * (before[2] + y.width() + after[2]);
    return (all - y.pixels()) * y.lanes();
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      block(task / y.blocks(), task % y.blocks());
    }
  }

  private void block(int image, int block) {
    int[] before = y.haloBefore();
    int[] after = y.haloAfter();
    int left = before[2] * y.lanes();
    int width = y.width() * y.lanes();
    int right = after[2] * y.lanes();
    for (int plane = -before[0]; plane < y.depth() + after[0]; plane++) {
      for (int row = -before[1]; row < y.height() + after[1]; row++) {
        int start = y.row(image, block, plane, row);
        boolean inside = plane >= 0 && plane < y.depth() && row >= 0 && row < y.height();
        if (inside) {
          fill(block, start - left, start);
          fill(block, start + width, start + width + right);
        } else {
          fill(block, start - left, start + width + right);
        }
      }
    }
  }

  /// Fills whole pixels.
  private void fill(int block, int begin, int end) {
    if (values == null) {
      Arrays.fill(y.array(), begin, end, 0);
      return;
    }
    int from = values.row(0, block, 0, 0);
    int channels = y.lanesOf(block);
    for (int pixel = begin; pixel < end; pixel += y.lanes()) {
      System.arraycopy(values.array(), from, y.array(), pixel, channels);
      Arrays.fill(y.array(), pixel + channels, pixel + y.lanes(), 0);
    }
  }
}
