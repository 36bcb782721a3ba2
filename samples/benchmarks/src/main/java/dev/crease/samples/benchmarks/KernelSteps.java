package dev.crease.samples.benchmarks;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.StepListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The steps of a benchmark's runs in this process, and how long they took. A model of one operator
/// begins and ends with reorders between layouts, which a net does at its edges only; they are not
/// its kernel's.
final class KernelSteps implements StepListener {
  private static final String REORDER = "Reorder";

  private static volatile KernelSteps latest = new KernelSteps();

  private final Map<StepInfo, Long> nanoseconds = new LinkedHashMap<>();
  private long runs;

  /// What a benchmark listens with; [#latest] from now on.
  static KernelSteps listen() {
    latest = new KernelSteps();
    return latest;
  }

  static KernelSteps latest() {
    return latest;
  }

  @Override
  public synchronized void step(StepInfo step, long took) {
    runs += step.index() == 0 ? 1 : 0;
    nanoseconds.merge(step, took, Long::sum);
  }

  /// Forgets the times so far.
  synchronized void reset() {
    nanoseconds.clear();
    runs = 0;
  }

  /// Steps other than reorders; all, if there is nothing else.
  synchronized List<StepInfo> kernel() {
    List<StepInfo> steps =
        nanoseconds.keySet().stream().filter(step -> !step.operation().equals(REORDER)).toList();
    return steps.isEmpty() ? List.copyOf(nanoseconds.keySet()) : steps;
  }

  /// Nanoseconds that these steps take in a run, on average.
  synchronized double nanoseconds(List<StepInfo> steps) {
    long sum = 0;
    for (StepInfo step : steps) {
      sum += nanoseconds.getOrDefault(step, 0L);
    }
    return (double) sum / runs;
  }
}
