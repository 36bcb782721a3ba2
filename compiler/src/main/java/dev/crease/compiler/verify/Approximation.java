package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A tensor, and how far each of its elements may be from what it stands for.
///
/// @param radius one number of at least 0 for each element; null if all are exact
record Approximation(DoubleTensor tensor, double @Nullable [] radius) {
  static Approximation exact(DoubleTensor tensor) {
    return new Approximation(tensor, null);
  }

  /// A constant as it is stored, which is what it stands for.
  static Approximation stored(Constant constant) {
    return exact(constant.toDoubleTensor());
  }

  /// A constant as it is stored, which stands for what its formula computes.
  static Approximation rounded(Constant constant) {
    DoubleTensor tensor = constant.toDoubleTensor();
    return tensor.type().isFloating()
        ? new Approximation(tensor, Rounding.ofFormula(tensor.type(), tensor.data()))
        : exact(tensor);
  }

  /// A constant as its formula computes it, before it is stored.
  static Approximation formula(Constant constant) {
    DoubleTensor tensor = constant.toDoubleTensor();
    return tensor.type().isFloating()
        ? exact(new DoubleTensor(tensor.type(), tensor.shape(), constant.doubles()))
        : exact(tensor);
  }

  boolean isExact() {
    return radius == null;
  }

  double radius(int element) {
    return radius == null ? 0 : radius[element];
  }

  double[] data() {
    return tensor.data();
  }

  /// `|x|`
  DoubleTensor magnitude() {
    return mapped(tensor, Math::abs);
  }

  /// The radii as a tensor of the same shape.
  DoubleTensor radii() {
    return new DoubleTensor(
        tensor.type(), tensor.shape(), radius == null ? new double[data().length] : radius);
  }

  /// `|x| + r`: no smaller than what the tensor stands for.
  DoubleTensor reach() {
    return sum(1, 1);
  }

  /// `r + share (|x| + r)`: the radius of the tensor when each element is off by another `share` of
  /// its size.
  DoubleTensor spread(double share) {
    return sum(share, 1 + share);
  }

  private DoubleTensor sum(double ofMagnitude, double ofRadius) {
    double[] sums = new double[data().length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = ofMagnitude * Math.abs(data()[i]) + ofRadius * radius(i);
    }
    return new DoubleTensor(tensor.type(), tensor.shape(), sums);
  }

  /// Each element may be off by `off` more.
  Approximation widened(double off) {
    double[] radii = radii().data().clone();
    Arrays.setAll(radii, i -> radii[i] + off);
    return new Approximation(tensor, radii);
  }

  /// Floating-point elements rounded to the element type, without radius.
  Approximation rounded() {
    ElementType type = tensor.type();
    return exact(
        type.isFloating() && tensor.isTensor() ? DoubleTensor.of(tensor.toTensor()) : tensor);
  }

  static DoubleTensor mapped(DoubleTensor tensor, DoubleUnaryOperator function) {
    double[] values = Arrays.stream(tensor.data()).map(function).toArray();
    return new DoubleTensor(tensor.type(), tensor.shape(), values);
  }
}
