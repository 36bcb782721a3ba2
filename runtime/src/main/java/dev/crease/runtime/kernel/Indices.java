package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;

/// Indexes that a model computes, int32 or int64; negative ones count from the end.
final class Indices {
  private Indices() {}

  /// Whether tensors of a type can be indexes.
  static boolean areOf(ElementType type) {
    return type == ElementType.INT32 || type == ElementType.INT64;
  }

  /// The position below `size` that element `at` of an array names along an axis.
  ///
  /// @throws InvalidDataException if it is out of range
  static int position(Object array, int at, int axis, int size) {
    long index = index(array, at);
    if (!isPosition(array, at, size)) {
      throw new InvalidDataException(
          "index " + index + " is not in axis " + axis + ", whose size is " + size);
    }
    return (int) (index < 0 ? index + size : index);
  }

  /// Whether element `at` of an array names a position below `size`.
  static boolean isPosition(Object array, int at, int size) {
    long index = index(array, at);
    return index >= -size && index < size;
  }

  private static long index(Object array, int at) {
    return array instanceof int[] ints ? ints[at] : ((long[]) array)[at];
  }
}
