package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What the pipeline did to a graph.
///
/// @param graph the rewritten graph
/// @param numbered how many rewrites were found: made, or left out by their number
/// @param rewrites all that was done, in order
/// @param declines what rules would not do on the final graph: one for each pass and node
/// @param timings one for each pass of the pipeline, in order
/// @param normalizations one for each BatchNormalization of the original graph, in order
/// @param biases one for each Conv, ConvTranspose, Gemm, and MatMul with weights of the original
///   graph, in order
public record PassReport(
    Graph graph,
    int numbered,
    List<Rewrite> rewrites,
    List<Decline> declines,
    List<Timing> timings,
    List<NormalizationRecord> normalizations,
    List<BiasRecord> biases) {
  public PassReport {
    rewrites = List.copyOf(rewrites);
    declines = List.copyOf(declines);
    timings = List.copyOf(timings);
    normalizations = List.copyOf(normalizations);
    biases = List.copyOf(biases);
  }

  /// A rewrite that a rule would not make, and why.
  public record Decline(String pass, String node, String reason) {
    @Override
    public String toString() {
      return "%s: %s is left: %s".formatted(pass, node, reason);
    }
  }

  /// What a pass cost.
  ///
  /// @param sweeps how often it went over the graph
  public record Timing(String pass, int sweeps, int rewrites, Duration time) {}

  /// Declines but for those that [#normalizationsLeft] tells.
  public List<Decline> otherDeclines() {
    Set<String> told =
        normalizationsLeft().stream()
            .map(NormalizationRecord::toString)
            .collect(Collectors.toSet());
    return declines.stream()
        .filter(decline -> !told.contains(decline.node() + " is left: " + decline.reason()))
        .toList();
  }

  /// BatchNormalization nodes that are still there.
  public List<NormalizationRecord> normalizationsLeft() {
    return normalizations.stream().filter(record -> !record.isGone()).toList();
  }
}
