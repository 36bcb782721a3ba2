package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// The lines of a tensor along one axis, in the order of the other axes' places.
///
/// @param count how many lines there are
/// @param length elements of a line
/// @param step from one element of a line to the next
record Lines(int count, int length, int step) {
  static Lines of(Tensor tensor, int axis) {
    int inner = tensor.product(axis + 1, tensor.rank());
    return new Lines(tensor.product(0, axis) * inner, tensor.shape()[axis], inner);
  }

  /// The same lines with another length.
  Lines ofLength(int other) {
    return new Lines(count, other, step);
  }

  int elements() {
    return count * length;
  }

  /// The first element of a line.
  int start(int line) {
    return line / step * step * length + line % step;
  }
}
