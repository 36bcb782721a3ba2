package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.kernel.FedKernel;
import java.util.Arrays;
import java.util.List;

/// A program prepared for one set of input shapes: its steps, and where its inputs and outputs lie.
///
/// @param inputs in the order of the program's, likewise `outputs`
/// @param symbols the value of each
record Binding(
    List<Place> inputs, List<Place> outputs, List<Step> steps, MemoryUse memory, long[] symbols) {
  /// Where a port's elements lie, in row-major order without gaps.
  ///
  /// @param readers kernels that read an input from the caller's array; if there are any, nothing
  ///   lies here
  record Place(
      String name,
      ElementType type,
      int[] shape,
      Object array,
      int offset,
      int elements,
      List<FedKernel> readers) {
    boolean hasShapeOf(Tensor tensor) {
      boolean same = tensor.rank() == shape.length;
      for (int axis = 0; same && axis < shape.length; axis++) {
        same = tensor.dim(axis) == shape[axis];
      }
      return same;
    }

    /// The elements in a new tensor.
    Tensor copy() {
      Tensor tensor = Tensor.zeros(type, shape);
      copyTo(tensor);
      return tensor;
    }

    /// Takes an input in.
    void take(Tensor tensor) {
      if (readers.isEmpty()) {
        System.arraycopy(tensor.array(), 0, array, offset, elements);
      }
      for (int i = 0; i < readers.size(); i++) {
        readers.get(i).feed(tensor.array());
      }
    }

    void copyTo(Tensor tensor) {
      System.arraycopy(array, offset, tensor.array(), 0, elements);
    }
  }

  /// Whether it was made for inputs of these shapes.
  boolean fits(Tensor[] given) {
    for (int i = 0; i < given.length; i++) {
      if (!inputs.get(i).hasShapeOf(given[i])) {
        return false;
      }
    }
    return true;
  }

  boolean fits(int[][] shapes) {
    for (int i = 0; i < shapes.length; i++) {
      if (!Arrays.equals(inputs.get(i).shape(), shapes[i])) {
        return false;
      }
    }
    return true;
  }
}
