package dev.crease.runtime.exec;

import dev.crease.runtime.kernel.Blocked;
import dev.crease.runtime.kernel.BlockedCopyKernel;
import dev.crease.runtime.kernel.CopyKernel;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.Strided;
import dev.crease.runtime.plan.Instruction.Concat;
import dev.crease.runtime.plan.Instruction.Extents;
import dev.crease.runtime.plan.Instruction.Slice;
import dev.crease.runtime.plan.Instruction.Transpose;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;

/// Views that show elements in another order or place; a copy through one does the rest.
final class Rearrangements {
  private final BoundShapes shapes;
  private final Views views;

  Rearrangements(BoundShapes shapes, Views views) {
    this.shapes = shapes;
    this.views = views;
  }

  Strided transposed(Transpose i) {
    Strided x = views.plain(i.x());
    int[] shape = new int[x.rank()];
    int[] strides = new int[x.rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = x.shape()[i.permutation().get(axis)];
      strides[axis] = x.strides()[i.permutation().get(axis)];
    }
    BoundShapes.require(
        Arrays.equals(shape, shapes.of(i.y())), "y should be " + Arrays.toString(shape));
    return new Strided(x.array(), x.offset(), shape, strides);
  }

  Strided sliced(Slice i) {
    Strided x = views.plain(i.x());
    int[] shape = shapes.of(i.y());
    int[] strides = new int[shape.length];
    long offset = x.offset();
    for (int axis = 0; axis < shape.length; axis++) {
      long start = shapes.evaluate(i.starts().get(axis));
      long step = shapes.evaluate(i.steps().get(axis));
      long last = start + (shape[axis] - 1) * step;
      boolean inside = Math.min(start, last) >= 0 && Math.max(start, last) < x.shape()[axis];
      BoundShapes.require(
          inside || BoundShapes.product(shape, 0, shape.length) == 0,
          "axis %d from %d to %d of %d".formatted(axis, start, last, x.shape()[axis]));
      // One element has no step, however large it is.
      strides[axis] = shape[axis] <= 1 ? 0 : (int) (x.strides()[axis] * step);
      offset += start * x.strides()[axis];
    }
    return new Strided(x.array(), shapes.elements(i.y()) == 0 ? 0 : (int) offset, shape, strides);
  }

  /// Copies an operand of a concatenation to where it belongs, `before` entries along the axis.
  Kernel joining(int x, Concat concat, int before) {
    return shapes.slot(x).layout() == Layout.BLOCKED
        ? blockedCopy(x, concat, before)
        : new CopyKernel(views.plain(x), part(x, concat, before));
  }

  /// The part of a joined tensor that one operand fills.
  private Strided part(int x, Concat concat, int before) {
    Strided y = views.plain(concat.y());
    int offset = y.offset() + before * y.strides()[concat.axis()];
    return new Strided(y.array(), offset, shapes.of(x), y.strides());
  }

  private Kernel blockedCopy(int x, Concat concat, int before) {
    Blocked y = views.blocked(concat.y());
    if (concat.axis() == 1) {
      return new BlockedCopyKernel(views.blocked(x), y, before);
    }
    int[] picture = shapes.picture(x);
    int[] strides = {y.depthStride(), y.rowStride(), y.lanes()};
    int spatial = concat.axis() + 3 - shapes.of(x).length;
    Blocked part =
        new Blocked(
            y.array(),
            y.offset() + before * strides[spatial],
            y.lanes(),
            y.batch(),
            y.channels(),
            picture[0],
            picture[1],
            picture[2],
            y.batchStride(),
            y.blockStride(),
            y.depthStride(),
            y.rowStride(),
            y.haloBefore(),
            y.haloAfter());
    return new BlockedCopyKernel(views.blocked(x), part, 0);
  }

  /// An array of its own with the values of expressions.
  Strided values(Extents i) {
    int[] shape = shapes.of(i.y());
    BoundShapes.require(
        shapes.elements(i.y()) == i.values().size(), "y has another number of elements");
    Object array = shapes.slot(i.y()).type().storage().allocate(i.values().size());
    for (int n = 0; n < i.values().size(); n++) {
      switch (array) {
        case int[] ints -> ints[n] = shapes.evaluateInt(i.values().get(n));
        case long[] longs -> longs[n] = shapes.evaluate(i.values().get(n));
        default -> throw new IllegalArgumentException("y is neither i32 nor i64");
      }
    }
    return new Strided(array, 0, shape, Views.rowMajor(shape));
  }
}
