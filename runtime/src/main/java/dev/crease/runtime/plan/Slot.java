package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import java.util.List;

/// A place for one tensor: its type, its logical (ONNX) shape, and its layout.
public record Slot(ElementType type, List<Extent> shape, Layout layout) {
  public Slot {
    shape = List.copyOf(shape);
  }
}
