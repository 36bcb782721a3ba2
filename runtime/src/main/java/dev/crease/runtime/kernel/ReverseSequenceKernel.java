package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// `y[t, b] = x[lengths[b] - 1 - t, b]` for the first `lengths[b]` times `t`, the others as they
/// are; time and batch are the first two axes in either order. A length that does not fit throws
/// [InvalidDataException].
///
/// A task is the slice of one time of one batch.
final class ReverseSequenceKernel implements Kernel {
  private final Tensor x;
  private final Tensor lengths;
  private final Tensor y;
  private final boolean timeFirst;
  private final int times;
  private final int slice;

  /// Operands `x`, `lengths`; results `y`; integers: whether time is the first axis.
  ReverseSequenceKernel(Arguments arguments) {
    x = arguments.x(0);
    lengths = arguments.x(1);
    y = arguments.y(0);
    timeFirst = arguments.flag(0);
    boolean fits =
        x.rank() >= 2
            && x.type() == y.type()
            && Arrays.equals(x.shape(), y.shape())
            && Indices.areOf(lengths.type())
            && lengths.elements() == x.shape()[timeFirst ? 1 : 0];
    Arguments.require(fits, "%s has no lengths %s".formatted(x, lengths));
    times = x.shape()[timeFirst ? 0 : 1];
    slice = x.product(2, x.rank());
  }

  @Override
  public int tasks() {
    return x.product(0, 2);
  }

  @Override
  public long operationsPerTask() {
    return 4 + slice;
  }

  @Override
  public void run(int begin, int end) {
    int second = x.shape()[1];
    for (int task = begin; task < end; task++) {
      int time = timeFirst ? task / second : task % second;
      int batch = timeFirst ? task % second : task / second;
      long length = lengths.integer(batch);
      if (length < 0 || length > times) {
        throw new InvalidDataException(
            "sequence %d has length %d, there are %d times".formatted(batch, length, times));
      }
      int source = time < length ? (int) length - 1 - time : time;
      int from = timeFirst ? source * second + batch : batch * second + source;
      y.copy(task * slice, x, from * slice, slice);
    }
  }
}
