package dev.crease.runtime.kernel;

/// Work on a blocked tensor row by row: a task is one row of one block.
abstract class RowKernel implements Kernel {
  private final Blocked tensor;

  /// @param tensor the one whose rows are the tasks
  RowKernel(Blocked tensor) {
    this.tensor = tensor;
  }

  @Override
  public final int tasks() {
    return tensor.batch() * tensor.blocks() * tensor.rows();
  }

  @Override
  public final void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int row = task % tensor.rows();
      int rest = task / tensor.rows();
      row(
          rest / tensor.blocks(),
          rest % tensor.blocks(),
          row / tensor.height(),
          row % tensor.height());
    }
  }

  /// Does one row.
  abstract void row(int image, int block, int plane, int row);
}
