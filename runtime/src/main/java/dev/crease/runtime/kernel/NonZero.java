package dev.crease.runtime.kernel;

import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.util.List;
import java.util.Optional;

/// The indexes of elements that are not zero: int64 `(rank, count)`, columns in row-major order.
final class NonZero implements DataDependent {
  @Override
  public List<Value> compute(List<Optional<Value>> operands) {
    Tensor tensor = (Tensor) operands.getFirst().orElseThrow();
    var x = new Arguments.Tensor(tensor.type(), tensor.array(), 0, tensor.shape());
    int[] found = new int[x.elements()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      boolean zero = x.type().isFloating() ? x.number(i) == 0 : x.integer(i) == 0;
      if (!zero) {
        found[count++] = i;
      }
    }
    long[] indexes = new long[x.rank() * count];
    for (int i = 0; i < count; i++) {
      int rest = found[i];
      for (int axis = x.rank() - 1; axis >= 0; axis--) {
        indexes[axis * count + i] = rest % x.shape()[axis];
        rest /= x.shape()[axis];
      }
    }
    return List.of(Tensor.of(indexes, x.rank(), count));
  }
}
