package dev.crease.samples.benchmarks;

import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.TensorProto;
import java.util.Set;
import java.util.stream.Collectors;

/// Models whose weights are no inputs, so that every runtime may take them for constants.
final class Frozen {
  /// The IR version from which initializers need not be inputs.
  private static final int FIRST_WITH_FREE_INITIALIZERS = 4;

  private Frozen() {}

  static ModelProto copyOf(ModelProto model) {
    GraphProto graph = model.getGraph();
    Set<String> initializers =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    GraphProto.Builder frozen = graph.toBuilder().clearInput();
    graph.getInputList().stream()
        .filter(input -> !initializers.contains(input.getName()))
        .forEach(frozen::addInput);
    return model.toBuilder()
        .setIrVersion(Math.max(model.getIrVersion(), FIRST_WITH_FREE_INITIALIZERS))
        .setGraph(frozen)
        .build();
  }
}
