package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// `y[b..., i..., :] = x[b..., indices[b..., i..., :], :]`: the last axis of `indices` names an
/// element or a slice of `x`, separately for each place of the leading batch axes. Negative indices
/// count from the end; one out of range throws [dev.crease.runtime.InvalidDataException].
///
/// A task is one slice.
final class GatherNdKernel implements Kernel {
  private final Tensor x;
  private final Tensor indices;
  private final Tensor y;
  private final int batchAxes;
  private final int named;
  private final int slice;
  private final int slices;
  private final int slicesOfBatch;
  private final int[] strides;

  /// Operands `x`, `indices`; results `y`; integers: the number of batch axes.
  GatherNdKernel(Arguments arguments) {
    x = arguments.x(0);
    indices = arguments.x(1);
    y = arguments.y(0);
    batchAxes = arguments.axis(0, indices);
    int last = indices.rank() - 1;
    named = indices.shape()[last];
    boolean fits =
        x.type() == y.type()
            && Indices.areOf(indices.type())
            && batchAxes + named <= x.rank()
            && batchAxes <= last
            && Arrays.equals(expected(last), y.shape());
    for (int axis = 0; fits && axis < batchAxes; axis++) {
      fits = x.shape()[axis] == indices.shape()[axis];
    }
    Arguments.require(fits, "indices %s of %s do not give %s".formatted(indices, x, y));
    slice = x.product(batchAxes + named, x.rank());
    slices = indices.product(0, last);
    slicesOfBatch = indices.product(batchAxes, last);
    strides = x.strides();
  }

  private int[] expected(int last) {
    int kept = batchAxes + named;
    int[] shape = Arrays.copyOf(indices.shape(), last + x.rank() - kept);
    System.arraycopy(x.shape(), kept, shape, last, x.rank() - kept);
    return shape;
  }

  @Override
  public int tasks() {
    return slices;
  }

  @Override
  public long operationsPerTask() {
    return 8 + slice;
  }

  @Override
  public void run(int begin, int end) {
    int batch = x.product(batchAxes, x.rank());
    for (int task = begin; task < end; task++) {
      int from = task / slicesOfBatch * batch;
      for (int i = 0; i < named; i++) {
        int axis = batchAxes + i;
        int at = indices.offset() + task * named + i;
        from += Indices.position(indices.array(), at, axis, x.shape()[axis]) * strides[axis];
      }
      y.copy(task * slice, x, from, slice);
    }
  }
}
