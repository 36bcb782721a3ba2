package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// Elements of any number type as 64-bit integers in the same order: exact for all integers, zeros
/// of either sign equal, and what is no number above all numbers.
final class SortKeys {
  private SortKeys() {}

  static long of(Tensor x, int element) {
    if (x.type().isFloating()) {
      return of(x.number(element));
    }
    long integer = x.integer(element);
    return x.type() == ElementType.UINT64 ? integer ^ Long.MIN_VALUE : integer;
  }

  private static long of(double value) {
    long bits = Double.doubleToLongBits(value == 0 ? 0 : value);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  static boolean isNumber(Tensor x, int element) {
    return !x.type().isFloating() || !Double.isNaN(x.number(element));
  }
}
