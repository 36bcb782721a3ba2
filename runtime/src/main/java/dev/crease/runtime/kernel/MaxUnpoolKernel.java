package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y = 0`, then `y[place(indices[i])] = x[i]`, where `indices` count the elements of a tensor that
/// lies in the leading corner of `y`. An index out of range throws [InvalidDataException].
///
/// One task: where two indices are equal the later one counts.
final class MaxUnpoolKernel implements Kernel {
  private final Tensor x;
  private final Tensor indices;
  private final Tensor y;
  private final int[] counted;

  /// Operands `x`, `indices`; results `y`; integers: the shape whose elements are counted, of the
  /// rank of `y`.
  MaxUnpoolKernel(Arguments arguments) {
    x = arguments.x(0);
    indices = arguments.x(1);
    y = arguments.y(0);
    counted = arguments.integers(0, y.rank());
    Arguments.require(
        x.type() == y.type() && Indices.areOf(indices.type()) && x.elements() == indices.elements(),
        "%s at %s do not give %s".formatted(x, indices, y));
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return y.elements() + 8L * x.elements();
  }

  @Override
  public void run(int begin, int end) {
    if (begin == end) {
      return;
    }
    y.clear(0, y.elements());
    int[] strides = y.strides();
    for (int i = 0; i < x.elements(); i++) {
      long rest = indices.integer(i);
      int place = 0;
      boolean inside = rest >= 0;
      for (int axis = y.rank() - 1; inside && axis >= 0; axis--) {
        long at = axis == 0 ? rest : rest % counted[axis];
        rest /= counted[axis];
        inside = at < y.shape()[axis];
        place += inside ? (int) at * strides[axis] : 0;
      }
      if (!inside) {
        throw new InvalidDataException(
            "index " + indices.integer(i) + " of MaxUnpool lies outside of " + y);
      }
      y.copy(place, x, i, 1);
    }
  }
}
