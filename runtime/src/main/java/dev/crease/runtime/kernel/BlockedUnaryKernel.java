package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;

/// `y = function(x)` element by element on blocked tensors of one shape; `y` may be `x`. A task is
/// one row of one block, or a whole block where rows follow each other.
public final class BlockedUnaryKernel extends RowKernel {
  private final Microkernels microkernels;
  private final Blocked x;
  private final Blocked y;
  private final Activation activation;
  private final boolean movesZero;

  public BlockedUnaryKernel(
      Microkernels microkernels, Blocked x, Blocked y, Activation activation) {
    boolean joins = x.isTight() && y.isTight();
    super(joins ? y.joined() : y);
    this.microkernels = microkernels;
    this.x = joins ? x.joined() : x;
    this.y = joins ? y.joined() : y;
    this.activation = activation;
    this.movesZero = Epilogue.movesZero(activation);
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int out = y.row(image, block, plane, row);
    microkernels.unary(
        activation.function(),
        activation.alpha(),
        activation.beta(),
        x.array(),
        x.row(image, block, plane, row),
        y.array(),
        out,
        y.width() * y.lanes());
    if (movesZero) {
      Epilogue.clearTail(y.array(), out, y.width(), y.lanes(), y.lanesOf(block));
    }
  }
}
