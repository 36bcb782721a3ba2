package dev.crease.runtime.exec;

import java.util.concurrent.TimeUnit;

/// Repeats something until it is as quick as it will be: until a stretch of time, and of runs, has
/// brought no faster one.
///
/// @param run what to repeat
record SteadyState(Runnable run) {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int STRETCH_RUNS = 3;

  /// What is faster by less is chance.
  private static final double FASTER = 0.95;

  void reach() {
    long begin = System.nanoTime();
    long fastest = Long.MAX_VALUE;
    long since = begin;
    long now = begin;
    int runs = 0;
    while (now - begin < LONGEST_NANOS && (now - since < STRETCH_NANOS || runs < STRETCH_RUNS)) {
      run.run();
      long end = System.nanoTime();
      runs++;
      if (end - now < FASTER * fastest) {
        fastest = end - now;
        since = end;
        runs = 0;
      }
      now = end;
    }
  }
}
