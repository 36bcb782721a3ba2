package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// `y = x`, then batch `b` of `updates` put along one axis from place `indices[b]` on (0 if there
/// are none), in a circular tensor on at the beginning when the end is reached. What does not fit
/// throws [InvalidDataException].
///
/// A task is one batch.
final class TensorScatterKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor updates;
  private final Tensor y;
  private final int axis;
  private final boolean circular;

  /// Operands `x`, `updates`, optionally `indices`; results `y`; integers: the axis, not 0, and
  /// whether the tensor is circular.
  TensorScatterKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    updates = arguments.x(1);
    y = arguments.y(0);
    axis = arguments.axis(0, x);
    circular = arguments.flag(1);
    boolean fits =
        x.type() == y.type()
            && x.type() == updates.type()
            && Arrays.equals(x.shape(), y.shape())
            && x.rank() == updates.rank()
            && axis > 0;
    for (int i = 0; fits && i < x.rank(); i++) {
      fits = i == axis ? updates.shape()[i] <= x.shape()[i] : updates.shape()[i] == x.shape()[i];
    }
    if (fits && arguments.has(2)) {
      Tensor indices = arguments.x(2);
      fits = Indices.areOf(indices.type()) && indices.elements() == x.shape()[0];
    }
    Arguments.require(fits, "%s do not fit %s".formatted(updates, x));
  }

  @Override
  public int tasks() {
    return x.shape()[0];
  }

  @Override
  public long operationsPerTask() {
    return x.product(1, x.rank());
  }

  @Override
  public void run(int begin, int end) {
    int size = x.product(1, x.rank());
    int lines = x.product(1, axis);
    int slice = x.product(axis + 1, x.rank());
    int length = x.shape()[axis];
    int count = updates.shape()[axis];
    for (int batch = begin; batch < end; batch++) {
      y.copy(batch * size, x, batch * size, size);
      long first = arguments.has(2) ? arguments.x(2).integer(batch) : 0;
      if (first < 0 || !circular && first > length - count) {
        throw new InvalidDataException(
            "%d slices do not fit from %d on in axis %d, whose size is %d"
                .formatted(count, first, axis, length));
      }
      for (int line = batch * lines; line < (batch + 1) * lines; line++) {
        for (int i = 0; i < count; i++) {
          int place = (int) ((first + i) % length);
          y.copy((line * length + place) * slice, updates, (line * count + i) * slice, slice);
        }
      }
    }
  }
}
