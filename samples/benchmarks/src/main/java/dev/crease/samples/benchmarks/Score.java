package dev.crease.samples.benchmarks;

import java.util.List;

/// What a match on one model came to; the components' names are the keys of the JSON. Ratios are
/// Crease's time over ONNX Runtime's.
///
/// @param creaseMs the fastest run, in milliseconds
/// @param ratio of the fastest runs
/// @param ratioOfMedians of the median runs
/// @param ratioLow the tenth percentile of the rounds' ratios of medians: with `ratioHigh`, the
///   ninetieth, the spread
/// @param compileMs from the model file to the plan file
/// @param creaseLoadMs from the plan file to the end of the first run
/// @param onnxruntimeLoadMs from the model file to the end of the first run
/// @param difference see [Difference]
record Score(
    String model,
    int threads,
    double creaseMs,
    double onnxruntimeMs,
    double ratio,
    double creaseMedianMs,
    double onnxruntimeMedianMs,
    double ratioOfMedians,
    double ratioLow,
    double ratioHigh,
    int creaseRuns,
    int onnxruntimeRuns,
    double compileMs,
    double creaseLoadMs,
    double onnxruntimeLoadMs,
    long creaseBytesPerRun,
    long onnxruntimeBytesPerRun,
    double difference) {
  static double geometricMeanOfRatios(List<Score> scores) {
    double sum = scores.stream().mapToDouble(score -> Math.log(score.ratio)).sum();
    return Math.exp(sum / scores.size());
  }
}
