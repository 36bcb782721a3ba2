package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.nn.BatchNormalization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A BatchNormalization, with those of its parameters that the model says.
///
/// @param graph the one it stands in
/// @param around the node whose subgraph that is; empty in the model's own graph
record Normalization(
    Graph graph,
    Optional<Node> around,
    Node node,
    BatchNormalization op,
    Optional<double[]> scale,
    Optional<double[]> bias,
    Optional<double[]> mean,
    Optional<double[]> variance) {
  private static final int MOST_CHANNELS_TOLD = 5;

  String label() {
    return node.label();
  }

  /// `scale / sqrt(variance + epsilon)` for each channel, if both are known.
  Optional<double[]> slopes() {
    if (scale.isEmpty() || variance.isEmpty()) {
      return Optional.empty();
    }
    double[] slopes = scale.get().clone();
    for (int c = 0; c < slopes.length; c++) {
      slopes[c] /= deviation(c);
    }
    return Optional.of(slopes);
  }

  /// `sqrt(variance + epsilon)`; the variance must be known.
  double deviation(int channel) {
    return Math.sqrt(variance.orElseThrow()[channel] + op.epsilon());
  }

  boolean isScaled(int channel) {
    return scale.isEmpty() || scale.get()[channel] != 0;
  }

  /// Whether no parameter that is known holds anything but finite numbers.
  boolean isFinite() {
    return Stream.of(scale, bias, mean, variance)
        .flatMap(Optional::stream)
        .allMatch(values -> Arrays.stream(values).allMatch(Double::isFinite));
  }

  /// The channels of a parameter for which something holds, in words, as in `2 of 64 channels (3,
  /// 17)`; empty if there are none.
  static Optional<String> channels(double[] parameter, IntPredicate holds) {
    List<Integer> found = IntStream.range(0, parameter.length).filter(holds).boxed().toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String names =
        found.stream().limit(MOST_CHANNELS_TOLD).map(c -> "" + c).collect(Collectors.joining(", "));
    return Optional.of(
        "%d of %d channels (%s%s)"
            .formatted(
                found.size(),
                parameter.length,
                names,
                found.size() > MOST_CHANNELS_TOLD ? ", ..." : ""));
  }
}
