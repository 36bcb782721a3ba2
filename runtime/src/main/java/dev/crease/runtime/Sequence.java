package dev.crease.runtime;

import java.util.List;

/// Tensors of one element type in order, of any shapes.
public record Sequence(ElementType type, List<Tensor> tensors) implements Value {
  /// @throws IllegalArgumentException if a tensor is of another type
  public Sequence {
    tensors = List.copyOf(tensors);
    for (Tensor tensor : tensors) {
      if (tensor.type() != type) {
        throw new IllegalArgumentException("a sequence of " + type + " cannot hold " + tensor);
      }
    }
  }

  @Override
  public String toString() {
    return "seq(" + type + ")" + tensors;
  }
}
