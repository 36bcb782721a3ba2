package dev.crease.runtime.kernel;

import java.util.List;

/// Functions of each element, one after the other, on blocked tensors of one shape; `y` may be `x`.
/// A task is one row of one block, or a whole block where rows follow each other.
public final class ChannelwiseKernel extends RowKernel {
  private final Blocked x;
  private final Blocked y;
  private final Epilogue epilogue;

  /// @param functions at least one
  public ChannelwiseKernel(
      Microkernels microkernels, Blocked x, Blocked y, List<RowFunction> functions) {
    boolean joins = x.isTight() && y.isTight();
    super(joins ? y.joined() : y);
    this.x = joins ? x.joined() : x;
    this.y = joins ? y.joined() : y;
    this.epilogue = new Epilogue(microkernels, functions, y.channels(), false);
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    epilogue.apply(
        block,
        x.array(),
        x.row(image, block, plane, row),
        y.array(),
        y.row(image, block, plane, row),
        y.width());
  }
}
