package dev.crease.compiler.cli;

import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Times of runs, in nanoseconds.
record Timing(long fastest, long median) {
  /// Times each engine on the same inputs, the engines in turn so that a disturbance of the machine
  /// touches all of them.
  static List<Timing> of(
      List<Engine> engines,
      Map<String, Tensor> inputs,
      int warmup,
      int iterations,
      Progress progress) {
    long[][] times = new long[engines.size()][iterations];
    for (int i = -warmup; i < iterations; i++) {
      for (int e = 0; e < engines.size(); e++) {
        long start = System.nanoTime();
        engines.get(e).run(inputs);
        if (i >= 0) {
          times[e][i] = System.nanoTime() - start;
        }
      }
      progress.step(i < 0 ? "warming up" : "");
    }
    List<Timing> timings = new ArrayList<>();
    for (long[] runs : times) {
      Arrays.sort(runs);
      timings.add(new Timing(runs[0], runs[runs.length / 2]));
    }
    return timings;
  }

  @Override
  public String toString() {
    return "fastest %s, median %s"
        .formatted(Quantity.nanoseconds(fastest), Quantity.nanoseconds(median));
  }
}
