package dev.crease.samples.benchmarks;

import dev.crease.runtime.Tensor;
import java.util.Map;

/// A model opened in some runtime on inputs that stay the same.
interface Engine extends AutoCloseable {
  /// One run; its outputs are computed and dropped.
  void run();

  /// Outputs of a run, by name.
  Map<String, Tensor> outputs();

  @Override
  void close();
}
