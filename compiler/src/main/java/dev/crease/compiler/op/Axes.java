package dev.crease.compiler.op;

import dev.crease.compiler.ir.InvalidOperandException;
import java.util.List;
import java.util.TreeSet;

/// Axes as ONNX's attributes and operands name them: negative ones count from the end.
public final class Axes {
  private Axes() {}

  /// The axis as an index below `rank`.
  ///
  /// @throws InvalidOperandException if it is out of range
  public static int normalize(String operator, long axis, int rank) {
    return position(operator, axis, rank, rank - 1);
  }

  /// The axis as an index up to `rank` included: a place between dimensions.
  ///
  /// @throws InvalidOperandException if it is out of range
  public static int boundary(String operator, long axis, int rank) {
    return position(operator, axis, rank, rank);
  }

  private static int position(String operator, long axis, int rank, int last) {
    if (axis < -rank || axis > last) {
      throw new InvalidOperandException(
          "axis of %s is %d, expected %d to %d for rank %d"
              .formatted(operator, axis, -rank, last, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /// Distinct axes, in ascending order.
  ///
  /// @throws InvalidOperandException if one is out of range or named twice
  public static List<Integer> normalize(String operator, List<Long> axes, int rank) {
    TreeSet<Integer> set = new TreeSet<>();
    for (long axis : axes) {
      if (!set.add(normalize(operator, axis, rank))) {
        throw new InvalidOperandException(
            "axes of %s are %s, one is twice".formatted(operator, axes));
      }
    }
    return List.copyOf(set);
  }
}
