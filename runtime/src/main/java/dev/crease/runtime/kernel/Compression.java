package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Those slices of `x` along an axis, or elements of `x` as a vector, whose entry of `condition` is
/// true; what it has no entry for is left out. Operands `x`, `condition`; results `y`.
///
/// @param axis counted from 0; empty for elements
public record Compression(OptionalInt axis) implements TensorFunction {
  @Override
  public List<Tensor> apply(List<Optional<Tensor>> operands) {
    Tensor given = operands.get(0).orElseThrow();
    Tensor condition = operands.get(1).orElseThrow();
    Tensor x = axis.isPresent() ? given : given.reshaped(given.elements());
    int at = axis.orElse(0);
    boolean fits = at < x.rank() && condition.type() == ElementType.BOOL;
    fits = fits && condition.rank() == 1 && condition.elements() <= x.dim(at);
    if (!fits) {
      throw new IllegalArgumentException(condition + " does not choose along " + at + " of " + x);
    }
    int[] chosen = new int[condition.elements()];
    int count = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (condition.bytes()[i] != 0) {
        chosen[count++] = i;
      }
    }
    int[] shape = x.shape();
    shape[at] = count;
    return List.of(chosen(x, at, chosen, shape));
  }

  /// The tensor of `shape` that holds places `chosen` of `x` along an axis.
  static Tensor chosen(Tensor x, int axis, int[] chosen, int[] shape) {
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= shape[i];
    }
    int inner = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= shape[i];
    }
    int count = shape[axis];
    Object y = x.type().storage().allocate(outer * count * inner);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < count; i++) {
        int from = (o * x.dim(axis) + chosen[i]) * inner;
        System.arraycopy(x.array(), from, y, (o * count + i) * inner, inner);
      }
    }
    return Tensor.of(x.type(), y, shape);
  }
}
