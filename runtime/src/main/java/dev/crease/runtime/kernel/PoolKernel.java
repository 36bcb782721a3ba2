package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.PoolKind;
import java.util.List;

/// Pooling, then functions. Windows are clipped to the picture, so no halo is read; a task is one
/// output row of one block.
///
/// A mean with padding divides by the taps between the padding's borders: a last window that
/// rounding up the output size pushed past the padding does not count what lies beyond.
public final class PoolKernel extends RowKernel {
  private final Microkernels microkernels;
  private final PoolKind kind;
  private final Blocked x;
  private final Blocked y;
  private final ConvWindow window;
  private final int[] padsEnd;
  private final PoolGeometry geometry;
  private final Epilogue epilogue;

  public PoolKernel(
      Microkernels microkernels,
      PoolKind kind,
      Blocked x,
      Blocked y,
      int[] kernel,
      int[] strides,
      int[] dilations,
      int[] padsBegin,
      int[] padsEnd,
      List<RowFunction> functions) {
    super(y);
    this.microkernels = microkernels;
    this.kind = kind;
    this.x = x;
    this.y = y;
    this.window = new ConvWindow(kernel, strides, dilations, padsBegin);
    this.padsEnd = padsEnd.clone();
    this.geometry =
        new PoolGeometry(
            strides[2] * x.lanes(),
            dilations[0] * x.depthStride(),
            dilations[1] * x.rowStride(),
            dilations[2] * x.lanes());
    this.epilogue = new Epilogue(microkernels, functions, y.channels(), kind == PoolKind.MAX);
  }

  @Override
  public long operationsPerTask() {
    return (long) window.taps() * y.width() * y.lanes();
  }

  /// Runs of neighbouring output pixels whose windows are clipped alike go together.
  @Override
  void row(int image, int block, int plane, int row) {
    for (int column = 0; column < y.width(); ) {
      int end = column + 1;
      if (isWhole(column)) {
        while (end < y.width() && isWhole(end)) {
          end++;
        }
      }
      pixels(image, block, plane, row, column, end - column);
      column = end;
    }
    epilogue.apply(null, 0, block, y.array(), y.row(image, block, plane, row), y.width());
  }

  private boolean isWhole(int column) {
    return firstTap(2, column) == 0 && endTap(2, column, x.width()) == window.kernel()[2];
  }

  /// The first tap along a dimension that lies in the picture.
  private int firstTap(int dimension, int position) {
    int start = position * window.strides()[dimension] - window.padsBegin()[dimension];
    return start >= 0 ? 0 : Math.ceilDiv(-start, window.dilations()[dimension]);
  }

  /// One past the last tap along a dimension that lies before `limit`.
  private int endTap(int dimension, int position, int limit) {
    int start = position * window.strides()[dimension] - window.padsBegin()[dimension];
    int fitting = Math.ceilDiv(limit - start, window.dilations()[dimension]);
    return Math.clamp(fitting, 0, window.kernel()[dimension]);
  }

  private void pixels(int image, int block, int plane, int row, int column, int pixels) {
    int d = firstTap(0, plane);
    int h = firstTap(1, row);
    int w = firstTap(2, column);
    int planes = Math.max(0, endTap(0, plane, x.depth()) - d);
    int rows = Math.max(0, endTap(1, row, x.height()) - h);
    int columns = Math.max(0, endTap(2, column, x.width()) - w);
    int in =
        x.row(image, block, 0, 0)
            + window.origin(x, plane, row)
            + column * geometry.pixelStep()
            + d * geometry.planeStep()
            + h * geometry.rowStep()
            + w * geometry.columnStep();
    int out = y.row(image, block, plane, row) + column * y.lanes();
    switch (kind) {
      case MAX ->
          microkernels.maxPool(
              geometry, planes, rows, columns, x.array(), in, y.array(), out, pixels);
      case AVERAGE, AVERAGE_WITH_PADDING -> {
        long divisor =
            kind == PoolKind.AVERAGE
                ? (long) planes * rows * columns
                : paddedTaps(plane, row, column);
        microkernels.sumPool(
            geometry, planes, rows, columns, x.array(), in, divisor, y.array(), out, pixels);
      }
    }
  }

  private long paddedTaps(int plane, int row, int column) {
    return (long) endTap(0, plane, x.depth() + padsEnd[0])
        * endTap(1, row, x.height() + padsEnd[1])
        * endTap(2, column, x.width() + padsEnd[2]);
  }
}
