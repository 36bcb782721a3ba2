package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;

/// Whole tensors cut and joined along an axis.
public final class Slabs {
  private Slabs() {}

  /// Entry `index` along `axis`, without that axis.
  public static Tensor slice(Tensor x, int axis, int index) {
    int[] shape = new int[x.rank() - 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = x.dim(i < axis ? i : i + 1);
    }
    return part(x, axis, index, 1).reshaped(shape);
  }

  /// The entries along `axis` from `begin` on.
  static Tensor part(Tensor x, int axis, int begin, int length) {
    int[] shape = x.shape();
    shape[axis] = length;
    Tensor y = Tensor.zeros(x.type(), shape);
    int inner = product(shape, axis + 1, shape.length);
    int outer = product(shape, 0, axis);
    for (int o = 0; o < outer; o++) {
      int from = (o * x.dim(axis) + begin) * inner;
      System.arraycopy(x.array(), from, y.array(), o * length * inner, length * inner);
    }
    return y;
  }

  /// Tensors of one shape side by side along a new axis.
  ///
  /// @throws InvalidDataException if shapes differ
  public static Tensor stack(List<Tensor> tensors, int axis) {
    Tensor first = tensors.getFirst();
    int[] shape = new int[first.rank() + 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = i == axis ? 1 : first.dim(i < axis ? i : i - 1);
    }
    return concat(tensors.stream().map(tensor -> reshaped(tensor, first, shape)).toList(), axis);
  }

  private static Tensor reshaped(Tensor tensor, Tensor first, int[] shape) {
    if (!Arrays.equals(tensor.shape(), first.shape())) {
      throw new InvalidDataException(
          "tensors of different shapes cannot be stacked: " + first + " and " + tensor);
    }
    return tensor.reshaped(shape);
  }

  /// Tensors that differ along `axis` at most, one after the other.
  ///
  /// @throws InvalidDataException if other dimensions differ
  public static Tensor concat(List<Tensor> tensors, int axis) {
    int[] shape = tensors.getFirst().shape();
    shape[axis] = 0;
    for (Tensor tensor : tensors) {
      int[] expected = shape.clone();
      boolean fits = tensor.rank() == shape.length;
      if (fits) {
        expected[axis] = tensor.dim(axis);
      }
      if (!fits || !Arrays.equals(expected, tensor.shape())) {
        throw new InvalidDataException(
            "%s and %s cannot be joined along axis %d".formatted(tensors.getFirst(), tensor, axis));
      }
      shape[axis] = total(shape, axis, tensor);
    }
    Tensor y = Tensor.zeros(tensors.getFirst().type(), shape);
    int inner = product(shape, axis + 1, shape.length);
    int outer = product(shape, 0, axis);
    int before = 0;
    for (Tensor tensor : tensors) {
      int count = tensor.dim(axis) * inner;
      for (int o = 0; o < outer; o++) {
        int to = o * shape[axis] * inner + before;
        System.arraycopy(tensor.array(), o * count, y.array(), to, count);
      }
      before += count;
    }
    return y;
  }

  /// The length along `axis` with one more tensor.
  private static int total(int[] shape, int axis, Tensor tensor) {
    long length = (long) shape[axis] + tensor.dim(axis);
    double elements = length;
    for (int i = 0; i < shape.length; i++) {
      elements *= i == axis ? 1 : shape[i];
    }
    if (length > Integer.MAX_VALUE || elements > Integer.MAX_VALUE - 8) {
      throw new InvalidDataException(
          "tensors of %s joined along axis %d would have a length of %d, more than fits into a tensor"
              .formatted(Arrays.toString(tensor.shape()), axis, length));
    }
    return (int) length;
  }

  static int product(int[] shape, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape[axis];
    }
    return product;
  }
}
