package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Packing;
import java.util.Arrays;

/// Packs convolution weights that are computed or given at run time, as [Packing#conv] does. A task
/// is one output block.
public final class PackConvKernel implements Kernel {
  private final float[] x;
  private final int xOffset;
  private final float[] y;
  private final int yOffset;
  private final int group;
  private final int lanes;
  private final int outputs;
  private final int groupInputs;
  private final int taps;
  private final int reads;

  /// @param x `(M, C / group, k...)`, row-major without gaps
  /// @param y [Packing#convSize] elements from `yOffset`
  public PackConvKernel(Strided x, float[] y, int yOffset, int group, int lanes) {
    this.x = (float[]) x.array();
    this.xOffset = x.offset();
    this.y = y;
    this.yOffset = yOffset;
    this.group = group;
    this.lanes = lanes;
    outputs = x.shape()[0];
    groupInputs = x.shape()[1];
    taps = x.elements() / Math.max(1, outputs * groupInputs);
    reads = Packing.convInputBlocks(outputs, groupInputs * group, group, lanes);
  }

  @Override
  public int tasks() {
    return Math.ceilDiv(outputs, lanes);
  }

  @Override
  public long operationsPerTask() {
    return (long) reads * taps * lanes * lanes;
  }

  @Override
  public void run(int begin, int end) {
    int size = reads * taps * lanes * lanes;
    for (int block = begin; block < end; block++) {
      int to = yOffset + block * size;
      Arrays.fill(y, to, to + size, 0);
      int inputs = groupInputs * group;
      int first = Packing.convFirstInputBlock(block, outputs, inputs, group, lanes);
      for (int m = block * lanes; m < Math.min(outputs, (block + 1) * lanes); m++) {
        output(m, to - first * taps * lanes * lanes + m % lanes);
      }
    }
  }

  /// The weights of one output channel; `to` is where tap 0 of input channel 0 would be.
  private void output(int m, int to) {
    int firstInput = m / (outputs / group) * groupInputs;
    for (int i = 0; i < groupInputs; i++) {
      int c = firstInput + i;
      int at = to + c / lanes * taps * lanes * lanes + c % lanes * lanes;
      int from = xOffset + (m * groupInputs + i) * taps;
      for (int tap = 0; tap < taps; tap++) {
        y[at + tap * lanes * lanes] = x[from + tap];
      }
    }
  }
}
