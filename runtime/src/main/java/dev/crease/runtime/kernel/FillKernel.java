package dev.crease.runtime.kernel;

/// Sets every element of a plain tensor to one value of the same storage.
public final class FillKernel implements Kernel {
  private final CopyKernel copy;

  /// @param value an array of `y`'s storage
  /// @param valueOffset where in it the value stands; it is read at every run
  public FillKernel(Object value, int valueOffset, Strided y) {
    copy = new CopyKernel(new Strided(value, valueOffset, new int[0], new int[0]), y);
  }

  @Override
  public int tasks() {
    return copy.tasks();
  }

  @Override
  public long operationsPerTask() {
    return copy.operationsPerTask();
  }

  @Override
  public void run(int begin, int end) {
    copy.run(begin, end);
  }
}
