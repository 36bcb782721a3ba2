package dev.crease.runtime.exec;

import dev.crease.runtime.kernel.Kernel;

/// A kernel that runs on plain loops until its vector code is compiled, and on vectors from then
/// on, even within a run; for steps that are exact, see [Exactness].
///
/// @param step its index, by which `warmth` knows it
/// @param plain does the same tasks as `vector`
record WarmingKernel(int step, Warmth warmth, Kernel plain, Kernel vector) implements Kernel {
  @Override
  public int tasks() {
    return vector.tasks();
  }

  @Override
  public void run(int begin, int end) {
    Kernel kernel = warmth.isWarm(step) ? vector : plain;
    kernel.run(begin, end);
  }

  @Override
  public long operationsPerTask() {
    return vector.operationsPerTask();
  }
}
