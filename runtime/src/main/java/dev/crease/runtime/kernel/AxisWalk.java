package dev.crease.runtime.kernel;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// A walk over some of a tensor's axes in row-major order. Axes of one element are left out, axes
/// that follow each other without a gap are one.
record AxisWalk(int offset, int[] sizes, int[] steps) {
  /// Over the axes of `x` that are asked for, advancing by `steps`, one entry for each axis of `x`.
  static AxisWalk where(Strided x, IntPredicate axes, int[] steps) {
    int[] sizes = new int[x.rank()];
    int[] merged = new int[x.rank()];
    int rank = 0;
    boolean follows = false;
    for (int axis = 0; axis < x.rank(); axis++) {
      int size = x.shape()[axis];
      if (size == 1) {
        continue;
      }
      if (!axes.test(axis)) {
        follows = false;
        continue;
      }
      if (follows && merged[rank - 1] == steps[axis] * size) {
        sizes[rank - 1] *= size;
      } else {
        sizes[rank++] = size;
      }
      merged[rank - 1] = steps[axis];
      follows = true;
    }
    return new AxisWalk(0, Arrays.copyOf(sizes, rank), Arrays.copyOf(merged, rank));
  }

  AxisWalk from(int first) {
    return new AxisWalk(first, sizes, steps);
  }

  int count() {
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    return count;
  }

  int lastSize() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  /// 0 where there is no axis.
  int lastStep() {
    return sizes.length == 0 ? 0 : steps[sizes.length - 1];
  }

  AxisWalk withoutLast() {
    int rank = Math.max(0, sizes.length - 1);
    return new AxisWalk(offset, Arrays.copyOf(sizes, rank), Arrays.copyOf(steps, rank));
  }

  /// Where step `number` stands.
  int index(int number) {
    int index = offset;
    int rest = number;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      index += rest % sizes[axis] * steps[axis];
      rest /= sizes[axis];
    }
    return index;
  }
}
