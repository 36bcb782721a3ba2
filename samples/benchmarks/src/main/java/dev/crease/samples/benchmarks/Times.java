package dev.crease.samples.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/// Durations of runs, sorted, in nanoseconds.
record Times(long[] sorted) {
  private static final double MILLISECOND = 1e6;

  static Times of(Collection<long[]> turns) {
    return new Times(turns.stream().flatMapToLong(Arrays::stream).sorted().toArray());
  }

  int runs() {
    return sorted.length;
  }

  double fastestMs() {
    return sorted[0] / MILLISECOND;
  }

  double medianMs() {
    return sorted[sorted.length / 2] / MILLISECOND;
  }
}
