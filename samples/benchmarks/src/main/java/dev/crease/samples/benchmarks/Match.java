package dev.crease.samples.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Two engines timed in turn in one process, so that a disturbance of the machine touches both.
///
/// A round is some runs of one engine, then as many milliseconds of the other; which begins
/// alternates. The first run of each turn is not counted: the caches hold the other's data, and its
/// threads may still spin.
final class Match {
  private static final long TURN = Duration.ofMillis(60).toNanos();
  private static final int LEAST_ROUNDS = 5;
  private static final int RUNS_FOR_ALLOCATION = 20;

  private final Engine first;
  private final Engine second;

  Match(Engine first, Engine second) {
    this.first = first;
    this.second = second;
  }

  /// Times of the runs of one round, in nanoseconds.
  record Round(long[] first, long[] second) {
    /// Of the medians.
    double ratio() {
      return Times.of(List.of(first)).medianMs() / Times.of(List.of(second)).medianMs();
    }
  }

  List<Round> play(Duration warmup, Duration duration) {
    rounds(warmup);
    return rounds(duration);
  }

  private List<Round> rounds(Duration duration) {
    List<Round> rounds = new ArrayList<>();
    long end = System.nanoTime() + duration.toNanos();
    while (rounds.size() < LEAST_ROUNDS || System.nanoTime() < end) {
      if (rounds.size() % 2 == 0) {
        long[] ours = turn(first);
        rounds.add(new Round(ours, turn(second)));
      } else {
        long[] theirs = turn(second);
        rounds.add(new Round(turn(first), theirs));
      }
    }
    return rounds;
  }

  private static long[] turn(Engine engine) {
    engine.run();
    List<Long> times = new ArrayList<>();
    long start = System.nanoTime();
    long before = start;
    while (before - start < TURN) {
      engine.run();
      long after = System.nanoTime();
      times.add(after - before);
      before = after;
    }
    return times.stream().mapToLong(Long::longValue).toArray();
  }

  /// Bytes that a run allocates on the heap, in whichever thread.
  static long allocatedBytes(Engine engine) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();
    for (int i = 0; i < RUNS_FOR_ALLOCATION; i++) {
      engine.run();
    }
    return (threads.getTotalThreadAllocatedBytes() - before) / RUNS_FOR_ALLOCATION;
  }
}
