package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.Arrays;

/// `y = x`, then `y[i..., indices[i...], ...]` along one axis becomes `updates[i...]`, or what a
/// function makes of both; elsewhere `indices` may be smaller than `x`. Negative indices count from
/// the end; one out of range throws [dev.crease.runtime.InvalidDataException].
///
/// A task is a line of `y` along the axis: updates of different lines never meet.
final class ScatterElementsKernel implements Kernel {
  private final ScatterFunction function;
  private final Tensor indices;
  private final Tensor updates;
  private final Tensor x;
  private final Tensor y;
  private final int axis;
  private final int inner;
  private final int length;
  private final int lines;
  private final int[] steps;

  /// Operands `x`, `indices`, `updates`; results `y`; integers: the axis, and the function's place
  /// in [ScatterFunction].
  ScatterElementsKernel(Arguments arguments) {
    x = arguments.x(0);
    indices = arguments.x(1);
    updates = arguments.x(2);
    y = arguments.y(0);
    axis = arguments.axis(0, x);
    long named = arguments.integer(1);
    Arguments.require(
        named >= 0 && named < ScatterFunction.values().length, "no function is number " + named);
    function = ScatterFunction.values()[(int) named];
    boolean fits =
        x.type() == y.type()
            && x.type() == updates.type()
            && Indices.areOf(indices.type())
            && Arrays.equals(x.shape(), y.shape())
            && Arrays.equals(indices.shape(), updates.shape())
            && indices.rank() == x.rank();
    for (int i = 0; fits && i < x.rank(); i++) {
      fits = i == axis || indices.shape()[i] <= x.shape()[i];
    }
    Arguments.require(fits, "%s at %s do not fit %s".formatted(updates, indices, x));
    inner = x.product(axis + 1, x.rank());
    length = x.shape()[axis];
    lines = x.product(0, axis) * inner;
    steps = indices.strides();
  }

  @Override
  public int tasks() {
    return lines;
  }

  @Override
  public long operationsPerTask() {
    return 4L * (length + indices.shape()[axis]);
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int line = task / inner * length * inner + task % inner;
      for (int i = 0; i < length; i++) {
        y.copy(line + i * inner, x, line + i * inner, 1);
      }
      int update = updatesOf(task);
      for (int i = 0; update >= 0 && i < indices.shape()[axis]; i++) {
        int from = update + i * steps[axis];
        int place = Indices.position(indices.array(), indices.offset() + from, axis, length);
        int out = y.offset() + line + place * inner;
        Combination.combine(
            function, y.type(), updates.array(), updates.offset() + from, y.array(), out);
      }
    }
  }

  /// Where the updates of a line begin; -1 if there are none.
  private int updatesOf(int task) {
    int first = 0;
    int rest = task;
    for (int i = x.rank() - 1; i >= 0; i--) {
      if (i != axis) {
        int at = rest % x.shape()[i];
        rest /= x.shape()[i];
        if (at >= indices.shape()[i]) {
          return -1;
        }
        first += at * steps[i];
      }
    }
    return first;
  }
}
