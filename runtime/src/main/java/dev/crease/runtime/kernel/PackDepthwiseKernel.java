package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Packing;

/// Packs depthwise weights that are computed or given at run time, as [Packing#depthwise] does. A
/// task is one block of channels.
public final class PackDepthwiseKernel implements Kernel {
  private final float[] x;
  private final int xOffset;
  private final float[] y;
  private final int yOffset;
  private final int lanes;
  private final int channels;
  private final int taps;

  /// @param x `(C, 1, k...)`, row-major without gaps
  /// @param y [Packing#depthwiseSize] elements from `yOffset`
  public PackDepthwiseKernel(Strided x, float[] y, int yOffset, int lanes) {
    this.x = (float[]) x.array();
    this.xOffset = x.offset();
    this.y = y;
    this.yOffset = yOffset;
    this.lanes = lanes;
    channels = x.shape()[0];
    taps = x.elements() / Math.max(1, channels);
  }

  @Override
  public int tasks() {
    return Math.ceilDiv(channels, lanes);
  }

  @Override
  public long operationsPerTask() {
    return (long) taps * lanes;
  }

  @Override
  public void run(int begin, int end) {
    for (int block = begin; block < end; block++) {
      for (int tap = 0; tap < taps; tap++) {
        int to = yOffset + (block * taps + tap) * lanes;
        for (int lane = 0; lane < lanes; lane++) {
          int c = block * lanes + lane;
          y[to + lane] = c < channels ? x[xOffset + c * taps + tap] : 0;
        }
      }
    }
  }
}
