package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;

/// A tensor of the double interpreter: the element type it stands for, its shape, and its elements
/// in row-major order as doubles. Booleans are 0 and 1; integers beyond 2^53 are not exact.
///
/// Floating-point results are not rounded to the element type between nodes: the interpreter judges
/// what the model means, not how one machine rounds it.
public record DoubleTensor(ElementType type, int[] shape, double[] data) {
  public DoubleTensor {
    if (count(shape) != data.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + data.length + " elements");
    }
  }

  public static DoubleTensor zeros(ElementType type, int... shape) {
    return new DoubleTensor(type, shape, new double[count(shape)]);
  }

  /// @throws IllegalStateException for strings
  public static DoubleTensor of(Tensor tensor) {
    return new DoubleTensor(
        tensor.type(), tensor.shape(), Elements.toDoubles(tensor.type(), tensor.array()));
  }

  /// The elements rounded to the element type.
  public Tensor toTensor() {
    return Tensor.of(type, Elements.fromDoubles(type, data), shape);
  }

  public int rank() {
    return shape.length;
  }

  public int dim(int axis) {
    return shape[axis];
  }

  private static int count(int[] shape) {
    int count = 1;
    for (int dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
