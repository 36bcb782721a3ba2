package dev.crease.compiler.cli;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.StepListener;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps how long each step took in each run. A step that runs several times in one, as in a loop,
/// has the sum.
final class StepTimes implements StepListener {
  private final Map<StepInfo, Series> steps = new LinkedHashMap<>();
  private final Series runs = new Series();
  private final Series outside = new Series();
  private int run;
  private long inSteps;

  @Override
  public void step(StepInfo step, long nanoseconds) {
    steps.computeIfAbsent(step, _ -> new Series()).add(run, nanoseconds);
    inSteps += nanoseconds;
  }

  /// A run has ended that took so long as a whole.
  void endRun(long nanoseconds) {
    runs.add(run, nanoseconds);
    outside.add(run, nanoseconds - inSteps);
    inSteps = 0;
    run++;
  }

  int runs() {
    return run;
  }

  /// Forgets all runs.
  void clear() {
    steps.clear();
    runs.clear();
    outside.clear();
    run = 0;
    inSteps = 0;
  }

  /// What is kept, which must be of one run at least.
  Profile profile() {
    return new Profile(
        run,
        runs.median(run),
        runs.fastest(run),
        outside.median(run),
        steps.entrySet().stream().map(step -> entry(step.getKey(), step.getValue())).toList());
  }

  private Profile.Entry entry(StepInfo step, Series series) {
    int calls = Math.toIntExact(Math.ceilDiv(series.calls, (long) run));
    return new Profile.Entry(step, calls, series.median(run), series.fastest(run));
  }

  /// A time for each run, 0 where there was none.
  private static final class Series {
    private long[] times = new long[64];
    private long calls;

    void add(int run, long nanoseconds) {
      if (run >= times.length) {
        times = Arrays.copyOf(times, Math.max(run + 1, 2 * times.length));
      }
      times[run] += nanoseconds;
      calls++;
    }

    void clear() {
      Arrays.fill(times, 0);
      calls = 0;
    }

    long median(int runs) {
      return sorted(runs)[runs / 2];
    }

    long fastest(int runs) {
      return sorted(runs)[0];
    }

    private long[] sorted(int runs) {
      long[] sorted = Arrays.copyOf(times, runs);
      Arrays.sort(sorted);
      return sorted;
    }
  }
}
