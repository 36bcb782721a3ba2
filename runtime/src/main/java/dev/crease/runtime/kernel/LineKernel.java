package dev.crease.runtime.kernel;

/// Work on a tensor line by line along one axis: a task is a line.
abstract class LineKernel implements Kernel {
  private final Lines lines;

  LineKernel(Lines lines) {
    this.lines = lines;
  }

  @Override
  public final int tasks() {
    return lines.count();
  }

  @Override
  public long operationsPerTask() {
    return 4L * lines.length();
  }

  @Override
  public final void run(int begin, int end) {
    for (int line = begin; line < end; line++) {
      line(line);
    }
  }

  /// Does one line.
  abstract void line(int line);
}
