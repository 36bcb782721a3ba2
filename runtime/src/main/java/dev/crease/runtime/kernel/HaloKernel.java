package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Writes zeros into the halo around a blocked tensor's pictures. A task is one block of one image.
public final class HaloKernel implements Kernel {
  private final Blocked y;

  public HaloKernel(Blocked y) {
    this.y = y;
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
          Arrays.fill(y.array(), start - left, start, 0);
          Arrays.fill(y.array(), start + width, start + width + right, 0);
        } else {
          Arrays.fill(y.array(), start - left, start + width + right, 0);
        }
      }
    }
  }
}
