package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import java.util.List;

/// A named tensor of a graph: an input, a constant, or the result of a node.
public record Value(String name, TensorType type) {
  /// Stands where an optional operand is left out.
  public static final Value ABSENT = new Value("", new TensorType(ElementType.FLOAT32, List.of()));

  public boolean isAbsent() {
    return name.isEmpty();
  }

  /// The declaration in the text form: `x: f32[N, 10]`.
  @Override
  public String toString() {
    return isAbsent() ? "_" : name + ": " + type;
  }
}
