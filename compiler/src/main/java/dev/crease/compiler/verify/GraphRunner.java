package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Graph;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/// Runs a small graph as a plan would: lowered, packed, by the runtime's kernels.
@FunctionalInterface
public interface GraphRunner {
  /// Runs nothing: for checking rewrites alone.
  GraphRunner NONE = (_, _) -> Optional.empty();

  /// The graph's outputs in order, or empty if it cannot be compiled by itself.
  ///
  /// @param inputs one for each input of the graph
  Optional<List<Tensor>> run(Graph graph, List<Tensor> inputs);
}
