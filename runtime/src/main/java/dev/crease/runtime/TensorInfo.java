package dev.crease.runtime;

import java.util.List;

/// An input or output of a plan.
///
/// @param dimensions a number where the dimension is fixed, else the name of what the inputs bind
/// @param optional whether an input has a value when the caller gives none
public record TensorInfo(String name, ElementType type, List<String> dimensions, boolean optional) {
  public TensorInfo {
    dimensions = List.copyOf(dimensions);
  }

  /// As in `data: f32[N, 3, 224, 224]`.
  @Override
  public String toString() {
    return name + ": " + type + dimensions;
  }
}
