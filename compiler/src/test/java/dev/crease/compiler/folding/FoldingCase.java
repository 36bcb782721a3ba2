package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;

/// A small model, and what must become of its normalizations.
///
/// @param name unique within its pattern
public record FoldingCase(Pattern pattern, String name, Model model, Expected expected) {
  public Graph graph() {
    return model.graph();
  }

  /// Whether a plan can compute it: everything else is float32 only so far.
  public boolean isFloat32() {
    return graph()
        .allValues()
        .map(Value::type)
        .allMatch(type -> !type.element().isFloating() || type.element() == ElementType.FLOAT32);
  }

  /// Whether an inference plan can compute it to within a bound: it does not normalize by the
  /// batch, nothing overflows float32 on the way, and nothing is divided by what may be almost 0.
  public boolean isRunnable() {
    return switch (expected) {
      case TRAINING, OVERFLOW, OVERFLOW_AHEAD, DIVISOR -> false;
      default -> isFloat32();
    };
  }

  @Override
  public String toString() {
    return "%d %s: %s".formatted(pattern.number(), pattern, name);
  }
}
