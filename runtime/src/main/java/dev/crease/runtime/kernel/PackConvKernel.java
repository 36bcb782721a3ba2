package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.ConvPacking;
import java.util.Arrays;

/// Packs convolution weights that are computed or given at run time. A task is one slice.
public final class PackConvKernel implements Kernel {
  private final float[] x;
  private final int xOffset;
  private final float[] y;
  private final int yOffset;
  private final ConvPacking packing;
  private final int[] starts;

  /// @param x `(M, C / group, k...)`, row-major without gaps
  /// @param y [ConvPacking#size] elements from `yOffset`
  public PackConvKernel(Strided x, float[] y, int yOffset, int group, int lanes) {
    this.x = (float[]) x.array();
    this.xOffset = x.offset();
    this.y = y;
    this.yOffset = yOffset;
    int outputs = x.shape()[0];
    int groupInputs = x.shape()[1];
    int taps = x.elements() / Math.max(1, outputs * groupInputs);
    packing = new ConvPacking(outputs, groupInputs * group, group, taps, lanes);
    starts = packing.starts();
  }

  @Override
  public int tasks() {
    return starts.length - 1;
  }

  @Override
  public long operationsPerTask() {
    return packing.sliceSize();
  }

  @Override
  public void run(int begin, int end) {
    for (int slice = begin; slice < end; slice++) {
      int to = yOffset + slice * packing.sliceSize();
      Arrays.fill(y, to, to + packing.sliceSize(), 0);
      packing.packSlice(x, xOffset, starts[slice], starts[slice + 1], y, to);
    }
  }
}
