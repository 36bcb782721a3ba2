package dev.crease.compiler.op;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// Axes as ONNX's attributes and operands name them: negative ones count from the end.
public final class Axes {
  /// More dimensions than any model has; bounds what a malformed one can ask for.
  private static final int MAX_RANK = 64;

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

  /// The numbers that an integer operand holds.
  ///
  /// @throws InvalidOperandException if they are not known while compiling
  public static List<Long> known(String operator, Operands operands, int index) {
    if (!areKnown(operands, index)) {
      throw new InvalidOperandException(
          "operand %d of %s must be known while compiling: it decides the rank of the result"
              .formatted(index, operator));
    }
    return operands.elements(index).orElseThrow().stream()
        .map(dim -> dim.known().getAsLong())
        .toList();
  }

  /// Whether all numbers that an integer operand holds are known while compiling.
  public static boolean areKnown(Operands operands, int index) {
    return operands
        .elements(index)
        .filter(list -> list.stream().allMatch(Dim::isKnown))
        .isPresent();
  }

  /// New symbols for the dimensions of a result whose rank is `rank` plus `sign` times the length
  /// of an operand, a vector (a scalar counts as one element).
  ///
  /// @throws InvalidOperandException if that length is not known
  public static List<Dim> freshDims(
      String operator, Operands operands, int index, int rank, int sign) {
    TensorType vector = operands.type(index);
    Dim length = vector.elements();
    if (vector.rank() > 1 || !length.isKnown() || length.known().getAsLong() > MAX_RANK) {
      throw new InvalidOperandException(
          "operand %d of %s must be a vector of known length up to %d, got %s"
              .formatted(index, operator, MAX_RANK, vector));
    }
    List<Dim> dims = new ArrayList<>();
    long count = rank + sign * length.known().getAsLong();
    for (long i = 0; i < count; i++) {
      dims.add(operands.freshSymbol());
    }
    return dims;
  }

  /// The numbers that an integer tensor holds.
  public static List<Long> of(DoubleTensor tensor) {
    return Arrays.stream(tensor.data()).mapToObj(value -> (long) value).toList();
  }

  /// A shape that an operand gives.
  ///
  /// @throws InvalidOperandException if a dimension is negative
  public static List<Dim> shape(String operator, List<Dim> dims) {
    for (Dim dim : dims) {
      if (dim.isKnown() && dim.known().getAsLong() < 0) {
        throw new InvalidOperandException(
            "the shape given to %s is %s, expected no negative dimension"
                .formatted(operator, dims));
      }
    }
    return dims;
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
