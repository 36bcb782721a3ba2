package dev.crease.samples.benchmarks;

import dev.crease.runtime.Tensor;
import java.util.Map;

/// A model opened in some runtime on inputs that stay the same.
interface Engine extends AutoCloseable {
  /// One run; its outputs are computed and dropped.
  void run();

  /// Waits until nothing is done in the background any more that the other side would have to share
  /// the machine with.
  default void warmUp() {}

  /// Outputs of a run, by name.
  Map<String, Tensor> outputs();

  @Override
  void close();
}
