package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Packing;
import java.util.Arrays;

/// Packs a plain tensor `(batch..., K, N)` into panels, see [Packing#gemm]. A task is one panel.
public final class PackGemmKernel implements Kernel {
  private final float[] x;
  private final Strided view;
  private final float[] y;
  private final int yOffset;
  private final int lanes;
  private final int depth;
  private final int columns;
  private final int batch;
  private final int panels;

  /// @param x any strides
  /// @param y [Packing#gemmSize] elements from `yOffset`
  public PackGemmKernel(Microkernels microkernels, Strided x, float[] y, int yOffset) {
    this.view = x;
    this.x = (float[]) x.array();
    this.y = y;
    this.yOffset = yOffset;
    lanes = microkernels.lanes();
    depth = x.shape()[x.rank() - 2];
    columns = x.shape()[x.rank() - 1];
    batch = depth * columns == 0 ? 0 : x.elements() / (depth * columns);
    panels = Math.ceilDiv(columns, lanes);
  }

  @Override
  public int tasks() {
    return batch * panels;
  }

  @Override
  public long operationsPerTask() {
    return (long) depth * lanes;
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      panel(task / panels, task % panels * lanes);
    }
  }

  private void panel(int matrix, int column) {
    int rowStep = view.strides()[view.rank() - 2];
    int columnStep = view.strides()[view.rank() - 1];
    int width = Math.min(lanes, columns - column);
    int in = view.index(matrix * depth * columns) + column * columnStep;
    int out = yOffset + matrix * Packing.gemmSize(1, depth, columns, lanes) + column * depth;
    if (width < lanes) {
      Arrays.fill(y, out, out + depth * lanes, 0);
    }
    for (int k = 0; k < depth; k++) {
      Copies.copy(x, in + k * rowStep, columnStep, y, out + k * lanes, 1, width);
    }
  }
}
