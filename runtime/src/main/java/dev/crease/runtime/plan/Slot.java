package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import java.util.List;

/// A place for one tensor: its type, its logical (ONNX) shape, and its layout. What holds tensors,
/// but is none, has their type and no dimensions.
///
/// @param name of the tensor in the model, for messages; empty for an intermediate result
public record Slot(String name, ElementType type, List<Extent> shape, Layout layout) {
  public Slot {
    shape = List.copyOf(shape);
  }
}
