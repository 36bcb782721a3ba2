package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.op.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tensors cut and joined along an axis.
final class Parts {
  private Parts() {}

  static DoubleTensor part(DoubleTensor x, int axis, int begin, int length) {
    int[] shape = x.shape().clone();
    shape[axis] = length;
    int[] strides = Strides.rowMajor(x.shape());
    double[] y = Strides.copy(x.data(), begin * strides[axis], strides, shape);
    return new DoubleTensor(x.type(), shape, y);
  }

  /// @throws InvalidOperandException if they differ along another axis
  static DoubleTensor join(List<DoubleTensor> parts, int axis) {
    DoubleTensor first = parts.getFirst();
    int[] shape = first.shape().clone();
    shape[axis] = parts.stream().mapToInt(part -> sizeOf(part, first, axis)).sum();
    double[] y = new double[Strides.count(shape)];
    int inner = Strides.count(shape, axis + 1, shape.length);
    int row = shape[axis] * inner;
    int before = 0;
    for (DoubleTensor part : parts) {
      int length = part.dim(axis) * inner;
      for (int from = 0, to = before; from < part.data().length; from += length, to += row) {
        System.arraycopy(part.data(), from, y, to, length);
      }
      before += length;
    }
    return new DoubleTensor(first.type(), shape, y);
  }

  private static int sizeOf(DoubleTensor part, DoubleTensor first, int axis) {
    int[] expected = first.shape().clone();
    if (part.rank() == first.rank()) {
      expected[axis] = part.dim(axis);
    }
    if (!Arrays.equals(part.shape(), expected)) {
      throw new InvalidOperandException(
          "%s and %s cannot be joined along axis %d".formatted(first, part, axis));
    }
    return part.dim(axis);
  }

  /// The same elements with one more axis of size 1.
  static DoubleTensor withAxis(DoubleTensor x, int axis) {
    int[] shape = new int[x.rank() + 1];
    System.arraycopy(x.shape(), 0, shape, 0, axis);
    shape[axis] = 1;
    System.arraycopy(x.shape(), axis, shape, axis + 1, x.rank() - axis);
    return new DoubleTensor(x.type(), shape, x.data());
  }

  /// The same elements without an axis of size 1.
  static DoubleTensor withoutAxis(DoubleTensor x, int axis) {
    List<Integer> shape = new ArrayList<>(Arrays.stream(x.shape()).boxed().toList());
    shape.remove(axis);
    int[] without = shape.stream().mapToInt(Integer::intValue).toArray();
    return new DoubleTensor(x.type(), without, x.data());
  }
}
