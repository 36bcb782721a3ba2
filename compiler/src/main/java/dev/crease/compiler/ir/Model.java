package dev.crease.compiler.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A graph with what a model file says about it.
///
/// @param metadata free key and value pairs, in order; ONNX's `metadata_props`
public record Model(
    Graph graph, String producer, String documentation, Map<String, String> metadata) {
  public Model {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  public static Model of(Graph graph) {
    return new Model(graph, "", "", Map.of());
  }

  public Model with(Graph newGraph) {
    return new Model(newGraph, producer, documentation, metadata);
  }

  public Model with(Map<String, String> newMetadata) {
    return new Model(graph, producer, documentation, newMetadata);
  }
}
