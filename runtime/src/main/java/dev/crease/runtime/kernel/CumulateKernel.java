package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// `y[i]` is the sum or product of `x[0]` to `x[i]` along an axis, of elements before `i` only if
/// `exclusive`, and from the end if `reverse`. Integers wrap around; floating-point numbers are
/// added up in double and rounded once each.
///
/// The axis is an operand, so a task is a share of the lines, whichever they are.
final class CumulateKernel implements Kernel {
  private static final int MOST_TASKS = 64;

  private final Tensor x;
  private final Tensor axis;
  private final Tensor y;
  private final boolean product;
  private final boolean exclusive;
  private final boolean reverse;

  /// Operands `x`, `axis` (one element of int32 or int64); results `y` of the shape of `x`;
  /// integers: `exclusive`, `reverse`.
  CumulateKernel(Arguments arguments, boolean product) {
    x = arguments.x(0);
    axis = arguments.x(1);
    y = arguments.y(0);
    this.product = product;
    exclusive = arguments.flag(0);
    reverse = arguments.flag(1);
    boolean fits =
        x.type() == y.type()
            && Arrays.equals(x.shape(), y.shape())
            && x.rank() > 0
            && Indices.areOf(axis.type())
            && axis.elements() == 1;
    Arguments.require(fits, "%s along %s is not %s".formatted(x, axis, y));
  }

  @Override
  public int tasks() {
    return Math.min(MOST_TASKS, x.elements());
  }

  @Override
  public long operationsPerTask() {
    return 4L * Math.ceilDiv(x.elements(), tasks());
  }

  @Override
  public void run(int begin, int end) {
    int along = Indices.position(axis.array(), axis.offset(), 0, x.rank());
    Lines lines = Lines.of(x, along);
    int first = (int) ((long) lines.count() * begin / tasks());
    int last = (int) ((long) lines.count() * end / tasks());
    for (int line = first; line < last; line++) {
      int start = lines.start(line);
      int step = reverse ? -lines.step() : lines.step();
      int from = reverse ? start + (lines.length() - 1) * lines.step() : start;
      if (x.type().isFloating()) {
        reals(from, step, lines.length());
      } else {
        integers(from, step, lines.length());
      }
    }
  }

  private void reals(int from, int step, int count) {
    double total = product ? 1 : 0;
    for (int i = 0; i < count; i++) {
      int element = from + i * step;
      double next = product ? total * x.number(element) : total + x.number(element);
      y.setNumber(element, exclusive ? total : next);
      total = next;
    }
  }

  private void integers(int from, int step, int count) {
    long total = product ? 1 : 0;
    for (int i = 0; i < count; i++) {
      int element = from + i * step;
      long next = product ? total * x.integer(element) : total + x.integer(element);
      y.setInteger(element, exclusive ? total : next);
      total = next;
    }
  }
}
