package dev.crease.samples.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/// What [Performance] measured, as Markdown.
final class PerformancePage {
  private static final String KEPT = "\n## Attempts\n";

  private final StringBuilder text =
      new StringBuilder(
          """
          # Performance

          Written by `samples/benchmarks/performance` on %s, %s, %d processors. A ratio is Crease's
          time over that of ONNX Runtime 1.29, below 1 where Crease leads; both have the same model,
          input and number of threads and take turns in one process. Of several processes the
          fastest run of each side is told, the range of the processes' own ratios, and the ratio of
          the lowest medians.
          """
              .formatted(
                  System.getProperty("os.arch"),
                  System.getProperty("java.vm.name") + " " + Runtime.version().feature(),
                  Runtime.getRuntime().availableProcessors()));

  /// What a page holds from its heading `Attempts` on, which is written by hand.
  static String kept(String page) {
    int begin = page.indexOf(KEPT);
    return begin < 0 ? "" : page.substring(begin);
  }

  String text() {
    return text.toString();
  }

  /// @param scores several of each model
  void add(String title, int threads, List<Score> scores) {
    Map<String, List<Score>> byModel = new LinkedHashMap<>();
    scores.forEach(
        score -> byModel.computeIfAbsent(score.model(), _ -> new ArrayList<>()).add(score));
    List<Double> ratios =
        byModel.values().stream()
            .map(of -> least(of, Score::creaseMs) / least(of, Score::onnxruntimeMs))
            .toList();
    text.append(
        "\n## %s, %d %s\n\n".formatted(title, threads, threads == 1 ? "thread" : "threads"));
    chart(List.copyOf(byModel.keySet()), ratios);
    text.append(
        """
        | model | Crease ms | ONNX Runtime ms | ratio | of processes | of medians | bytes a run |
        |---|---|---|---|---|---|---|
        """);
    for (Map.Entry<String, List<Score>> each : byModel.entrySet()) {
      List<Score> of = each.getValue();
      text.append(
          "| %s | %.3g | %.3g | %.2f | %.2f to %.2f | %.2f | %d |%n"
              .formatted(
                  each.getKey(),
                  least(of, Score::creaseMs),
                  least(of, Score::onnxruntimeMs),
                  least(of, Score::creaseMs) / least(of, Score::onnxruntimeMs),
                  least(of, Score::ratio),
                  -least(of, score -> -score.ratio()),
                  least(of, Score::creaseMedianMs) / least(of, Score::onnxruntimeMedianMs),
                  of.stream().mapToLong(Score::creaseBytesPerRun).max().orElse(0)));
    }
    double mean = Math.exp(ratios.stream().mapToDouble(Math::log).average().orElse(0));
    text.append("\nGeometric mean of the ratios: %.2f.\n".formatted(mean));
  }

  private static double least(List<Score> scores, ToDoubleFunction<Score> value) {
    return scores.stream().mapToDouble(value).min().orElseThrow();
  }

  private void chart(List<String> models, List<Double> ratios) {
    String names = models.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    String bars = ratios.stream().map("%.2f"::formatted).collect(Collectors.joining(", "));
    String ones = ratios.stream().map(_ -> "1").collect(Collectors.joining(", "));
    text.append(
        """
        ```mermaid
        xychart-beta horizontal
          x-axis [%s]
          y-axis "time of Crease / time of ONNX Runtime"
          bar [%s]
          line [%s]
        ```

        """
            .formatted(names, bars, ones));
  }

  /// @param results of [KernelBenchmark] with [RooflineProfiler]
  void addKernels(Collection<RunResult> results) {
    if (results.isEmpty()) {
      return;
    }
    text.append(
        """

        ## Kernels, 1 thread

        Each is a model of one operator (`samples/benchmarks/src/main/resources`): the steps of a
        run other than reorders at its edges, packing of operands that are no constants included.
        Peak and bandwidth are measured in the same process right before and after. Winograd's forms count the products of
        a direct convolution. Shares are those of the median of a fork's iterations, lowest to
        highest fork.

        | kernel | us | GFLOP/s | of the peak | GB/s | of the roof |
        |---|---|---|---|---|---|
        """);
    results.stream()
        .sorted(Comparator.comparing(result -> result.getParams().getParam("kernel")))
        .forEach(this::addKernel);
  }

  private void addKernel(RunResult result) {
    text.append(
        "| %s | %.1f | %.1f | %s | %.1f | %s |%n"
            .formatted(
                result.getParams().getParam("kernel"),
                secondary(result.getAggregatedResult().getSecondaryResults(), "kernel"),
                secondary(result.getAggregatedResult().getSecondaryResults(), "gflops"),
                range(result, "of.peak"),
                secondary(result.getAggregatedResult().getSecondaryResults(), "gbytes"),
                range(result, "of.roof")));
  }

  private static double secondary(Map<String, Result> results, String label) {
    return results.values().stream()
        .filter(each -> each.getLabel().endsWith(label))
        .findFirst()
        .orElseThrow()
        .getScore();
  }

  /// Medians of forks.
  private static String range(RunResult result, String label) {
    List<Double> forks =
        result.getBenchmarkResults().stream().map(fork -> median(fork, label)).sorted().toList();
    return "%.2f to %.2f".formatted(forks.getFirst(), forks.getLast());
  }

  private static double median(BenchmarkResult fork, String label) {
    List<Double> values = new ArrayList<>();
    for (IterationResult iteration : fork.getIterationResults()) {
      values.add(secondary(iteration.getSecondaryResults(), label));
    }
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
