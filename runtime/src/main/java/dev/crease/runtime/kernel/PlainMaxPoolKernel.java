package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// The largest of each window's elements, and where in `x` the first such is. What is no number is
/// larger than any.
final class PlainMaxPoolKernel extends PlainPoolKernel {
  private final boolean firstAxisFastest;

  /// Operands `x`; results `y`, optionally `indices`, int64; integers: the window, and whether
  /// indices count the first spatial axis fastest.
  PlainMaxPoolKernel(Arguments arguments) {
    super(arguments);
    firstAxisFastest = arguments.flag(afterWindow());
    if (arguments.hasResult(1)) {
      Tensor indices = arguments.y(1);
      Arguments.require(
          indices.type() == ElementType.INT64 && indices.elements() == y.elements(),
          "%s are no indices of %s".formatted(indices, y));
    }
  }

  @Override
  void reduce(TapWalk walk, int from, int to) {
    int best = -1;
    double largest = Double.NEGATIVE_INFINITY;
    for (; walk.hasTap(); walk.advance()) {
      double value = x.number(from + walk.element());
      boolean exceeds = value > largest || Double.isNaN(value) && !Double.isNaN(largest);
      if (best < 0 || exceeds) {
        best = walk.element();
        largest = value;
      }
    }
    if (best < 0) {
      y.setNumber(to, largest);
    } else {
      y.copy(to, x, from + best, 1);
    }
    if (arguments.hasResult(1)) {
      arguments.y(1).setInteger(to, from + (firstAxisFastest ? transposed(best) : best));
    }
  }

  private int transposed(int rowMajor) {
    int index = 0;
    int rest = rowMajor;
    int[] at = new int[x.rank()];
    for (int axis = x.rank() - 1; axis >= 2; axis--) {
      at[axis] = rest % x.shape()[axis];
      rest /= x.shape()[axis];
    }
    for (int axis = x.rank() - 1; axis >= 2; axis--) {
      index = index * x.shape()[axis] + at[axis];
    }
    return index;
  }
}
