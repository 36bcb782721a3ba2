package dev.crease.compiler.op;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/// ONNX's multidirectional broadcasting, of symbolic shapes and of reference values.
public final class Broadcast {
  private Broadcast() {}

  /// The common shape of two shapes.
  ///
  /// @throws InvalidOperandException if two known dimensions differ and neither is 1
  public static List<Dim> dims(String operator, List<Dim> a, List<Dim> b) {
    int rank = Math.max(a.size(), b.size());
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      Dim left = fromEnd(a, rank - axis);
      Dim right = fromEnd(b, rank - axis);
      if (left.isKnown() && right.isKnown() && !left.equals(right) && !left.is(1) && !right.is(1)) {
        throw new InvalidOperandException(
            "the operands of %s cannot be broadcast: shapes %s and %s, dimensions %s and %s differ"
                .formatted(operator, a, b, left, right));
      }
      dims.add(left.broadcast(right));
    }
    return dims;
  }

  private static Dim fromEnd(List<Dim> dims, int position) {
    return position > dims.size() ? Dim.ONE : dims.get(dims.size() - position);
  }

  /// The common shape of two known shapes.
  ///
  /// @throws InvalidOperandException if they cannot be broadcast
  public static int[] shape(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int left = i > a.length ? 1 : a[a.length - i];
      int right = i > b.length ? 1 : b[b.length - i];
      if (left != right && left != 1 && right != 1) {
        throw new InvalidOperandException(
            "shapes %s and %s cannot be broadcast"
                .formatted(Arrays.toString(a), Arrays.toString(b)));
      }
      shape[shape.length - i] = left == 1 ? right : left;
    }
    return shape;
  }

  /// The elements of `x` repeated over `shape`; the array itself if that is its shape.
  public static double[] expand(DoubleTensor x, int[] shape) {
    if (Arrays.equals(x.shape(), shape)) {
      return x.data();
    }
    return Strides.copy(x.data(), 0, Strides.broadcast(x.shape(), shape), shape);
  }

  /// `function(a, b)`, element by element.
  public static DoubleTensor apply(
      ElementType type, DoubleTensor a, DoubleTensor b, DoubleBinaryOperator function) {
    int[] shape = shape(a.shape(), b.shape());
    double[] left = expand(a, shape);
    double[] right = expand(b, shape);
    double[] y = new double[left.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = function.applyAsDouble(left[i], right[i]);
    }
    return new DoubleTensor(type, shape, y);
  }
}
