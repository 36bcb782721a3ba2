package dev.crease.samples.benchmarks;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.roofline.Roofline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/// A JMH profiler for [KernelBenchmark]: the rates that its kernel reaches beside those of this
/// machine, which are measured in the same process, right before and after.
///
/// - `kernel`: microseconds of a run without reorders, see [KernelSteps]
/// - `gflops`, `gbytes`: their operations and bytes, in 1e9 a second, as [StepInfo] counts them
/// - `peak`, `bandwidth`: the machine's, with as many bytes
/// - `of.peak`, `of.roof`: parts of the peak, and of the lower roof, that the kernel reaches
public final class RooflineProfiler implements InternalProfiler {
  private static final Duration TIME = Duration.ofMillis(200);

  private Roofline before = Roofline.measure(1, TIME);

  @Override
  public String getDescription() {
    return "what a run does in a second beside what this machine can do";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (iteration.getType() == IterationType.MEASUREMENT) {
      before = Roofline.measure(1, TIME);
      KernelSteps.latest().reset();
    }
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    if (iteration.getType() != IterationType.MEASUREMENT) {
      return List.of();
    }
    Roofline after = Roofline.measure(1, TIME);
    List<StepInfo> steps = KernelSteps.latest().kernel();
    double nanoseconds = KernelSteps.latest().nanoseconds(steps);
    long operations = 0;
    long bytes = 0;
    double least = 0;
    for (StepInfo step : steps) {
      long counted = step.operations().orElse(0);
      operations += counted;
      bytes += step.bytes();
      least +=
          Math.min(
              before.nanoseconds(counted, step.bytes()), after.nanoseconds(counted, step.bytes()));
    }
    double peak = Math.max(before.operationsPerSecond(), after.operationsPerSecond()) / 1e9;
    double bandwidth = Math.max(before.bandwidth(bytes), after.bandwidth(bytes)) / 1e9;
    List<Result<?>> results = new ArrayList<>();
    results.add(rate("kernel", nanoseconds / 1e3, "us"));
    results.add(rate("gflops", operations / nanoseconds, "1e9/s"));
    results.add(rate("peak", peak, "1e9/s"));
    results.add(rate("of.peak", operations / nanoseconds / peak, "part"));
    results.add(rate("gbytes", bytes / nanoseconds, "1e9/s"));
    results.add(rate("bandwidth", bandwidth, "1e9/s"));
    results.add(rate("of.roof", least / nanoseconds, "part"));
    return results;
  }

  private static Result<?> rate(String name, double value, String unit) {
    return new ScalarResult(name, value, unit, AggregationPolicy.AVG);
  }
}
