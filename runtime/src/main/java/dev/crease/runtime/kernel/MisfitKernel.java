package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;

/// Ends a run that takes a branch which does not fit the shapes.
public final class MisfitKernel implements Kernel {
  private final String reason;

  /// @param reason what does not fit
  public MisfitKernel(String reason) {
    this.reason = reason;
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return 1;
  }

  @Override
  public void run(int begin, int end) {
    throw new InvalidDataException("the branch taken does not fit: " + reason);
  }
}
