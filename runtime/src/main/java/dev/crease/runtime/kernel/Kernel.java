package dev.crease.runtime.kernel;

/// One prepared step of a bound plan. Tasks are independent of each other and may run on any
/// thread.
public interface Kernel {
  /// How many independent tasks the work falls into.
  int tasks();

  /// Runs tasks `begin` to `end - 1`.
  void run(int begin, int end);

  /// About how many elementary operations one task costs, so that the executor can tell whether
  /// waking a thread pays.
  long operationsPerTask();
}
