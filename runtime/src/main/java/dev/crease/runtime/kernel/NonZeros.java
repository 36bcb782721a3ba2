package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/// The positions of all elements of `x` that are not 0, false or empty, in row-major order: a
/// column of `y`, int64 `(rank, count)`, for each. Operands `x`; results `y`.
public record NonZeros() implements TensorFunction {
  @Override
  public List<Tensor> apply(List<Optional<Tensor>> operands) {
    Tensor x = operands.getFirst().orElseThrow();
    int[] found = new int[x.elements()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      if (isNonZero(x, i)) {
        found[count++] = i;
      }
    }
    long[] y = new long[x.rank() * count];
    for (int column = 0; column < count; column++) {
      int rest = found[column];
      for (int axis = x.rank() - 1; axis >= 0; axis--) {
        y[axis * count + column] = rest % x.dim(axis);
        rest /= x.dim(axis);
      }
    }
    return List.of(Tensor.of(y, x.rank(), count));
  }

  private static boolean isNonZero(Tensor x, int element) {
    if (x.type() == ElementType.STRING) {
      return !x.strings()[element].isEmpty();
    }
    return x.type().isFloating()
        ? Elements.floating(x.type(), x.array(), element) != 0
        : Elements.integer(x.type(), x.array(), element) != 0;
  }
}
