package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y = x` if a condition is what it should be. A task is a stretch of elements.
final class ExpectKernel implements Kernel {
  private static final int STRETCH = 4096;

  private final Tensor x;
  private final Tensor condition;
  private final boolean expected;
  private final Tensor y;

  /// Operands `x`, `condition`; results `y`; integers: what is expected.
  ExpectKernel(Arguments arguments) {
    x = arguments.x(0);
    condition = arguments.x(1);
    expected = arguments.integer(0) != 0;
    y = arguments.y(0);
    Arguments.require(
        x.type() == y.type() && x.elements() == y.elements() && condition.elements() == 1,
        "%s is no copy of %s, or %s is no condition".formatted(y, x, condition));
  }

  @Override
  public int tasks() {
    return Math.ceilDiv(x.elements(), STRETCH);
  }

  @Override
  public long operationsPerTask() {
    return STRETCH;
  }

  @Override
  public void run(int begin, int end) {
    boolean given = condition.integer(0) != 0;
    if (given != expected) {
      throw new InvalidDataException(
          "a condition is %s, but the plan is for runs where it is %s, since results have other ranks elsewhere; give inputs of other sizes or values"
              .formatted(given, expected));
    }
    int from = begin * STRETCH;
    y.copy(from, x, from, Math.min(end * STRETCH, x.elements()) - from);
  }
}
