package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.op.Strides;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;

/// The reference evaluation of Resize: one axis after the other, each element as a weighted sum
/// over the whole axis around the place it comes from.
final class ResizeReference {
  private final Resampling how;
  private DoubleTensor current;

  ResizeReference(Resampling how, DoubleTensor x) {
    this.how = how;
    this.current = x;
  }

  /// Integers drop a fraction and end where their type does.
  DoubleTensor result() {
    double[] values = current.data().clone();
    for (int i = 0; i < values.length && current.type().isInteger(); i++) {
      values[i] = bounded(current.type(), (long) values[i]);
    }
    return new DoubleTensor(current.type(), current.shape(), values);
  }

  private static double bounded(ElementType type, long value) {
    int bits = 8 * type.bytes();
    if (bits == 64) {
      return (double) (type.isUnsigned() ? Math.max(0, value) : value);
    }
    long most = (1L << (type.isUnsigned() ? bits : bits - 1)) - 1;
    return (double) Math.clamp(value, type.isUnsigned() ? 0 : -most - 1, most);
  }

  /// Resizes one axis.
  ///
  /// @param scale 0 for the quotient of the sizes
  void along(int axis, int resized, double scale, double begin, double end) {
    int size = current.dim(axis);
    int[] shape = current.shape().clone();
    shape[axis] = resized;
    double[] y = new double[Strides.count(shape)];
    if (y.length > 0 && size == 0) {
      throw new InvalidOperandException("Resize finds no element in an empty axis");
    }
    int inner = Strides.count(shape, axis + 1, shape.length);
    double factor = scale == 0 ? (double) resized / size : scale;
    for (int i = 0; i < y.length; i++) {
      int at = i / inner % resized;
      int row = i / inner / resized * size * inner + i % inner;
      double position = position(size, resized, scale, begin, end, at);
      boolean cropped = how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE;
      y[i] =
          cropped && (position < 0 || position > size - 1)
              ? extrapolated()
              : interpolated(row, inner, size, factor, position);
    }
    current = new DoubleTensor(current.type(), shape, y);
  }

  /// Of truth values, whether it is not 0.
  private double extrapolated() {
    boolean truth = current.type() == ElementType.BOOL;
    return truth && how.extrapolation() != 0 ? 1 : how.extrapolation();
  }

  /// See [CoordinateMode]. A scale of 0 is the quotient of the sizes; one that float32 can hold is
  /// computed with in float32.
  private double position(int size, int resized, double scale, double begin, double end, int at) {
    double factor = scale == 0 ? (double) resized / size : scale;
    boolean narrow = scale != 0 && (float) scale == scale;
    double length = resized;
    double middle = (at + 0.5) / factor;
    double pixel = middle - 0.5;
    double step = at / factor;
    if (scale != 0) {
      length = narrow ? (float) scale * size : scale * size;
    }
    if (narrow) {
      middle = (at + 0.5f) / (float) scale;
      pixel = (at + 0.5f) / (float) scale - 0.5f;
      step = at / (float) scale;
    }
    double corners = length == 1 ? 0 : at * (size - 1.0) / (length - 1);
    return switch (how.coordinates()) {
      case HALF_PIXEL -> pixel;
      case HALF_PIXEL_SYMMETRIC -> size / 2.0 * (1 - resized / length) + pixel;
      case PYTORCH_HALF_PIXEL -> length == 1 ? -0.5 : pixel;
      case ALIGN_CORNERS -> corners;
      case ASYMMETRIC -> step;
      case TF_CROP_AND_RESIZE ->
          begin * (size - 1)
              + (length == 1
                  ? (end - begin) * (size - 1) / 2
                  : at * (end - begin) * (size - 1) / (length - 1));
      case TF_HALF_PIXEL_FOR_NN -> factor == 1 ? at : middle;
    };
  }

  private double interpolated(int row, int step, int size, double scale, double position) {
    double[] x = current.data();
    if (how.mode() == ResizeMode.NEAREST) {
      long nearest = Math.clamp(nearest(position), 0, size - 1);
      return x[row + (int) nearest * step];
    }
    double stretch = how.antialias() ? Math.min(scale, 1) : 1;
    double width = (how.mode() == ResizeMode.LINEAR ? 1 : 2) / stretch;
    double sum = 0;
    double total = 0;
    for (long place = (long) Math.floor(position - width);
        place <= (long) Math.ceil(position + width);
        place++) {
      boolean inside = place >= 0 && place < size;
      double weight = weight(Math.abs(place - position) * stretch);
      if (weight != 0 && (inside || !how.excludeOutside())) {
        total += weight;
        sum += weight * x[row + (int) Math.clamp(place, 0, size - 1) * step];
      }
    }
    return how.antialias() || how.excludeOutside() ? sum / total : sum;
  }

  private long nearest(double position) {
    return (long)
        switch (how.nearest()) {
          case FLOOR -> Math.floor(position);
          case CEIL -> Math.ceil(position);
          case ROUND_PREFER_FLOOR -> Math.ceil(position - 0.5);
          case ROUND_PREFER_CEIL -> Math.floor(position + 0.5);
        };
  }

  /// The triangle, or cubic convolution.
  private double weight(double distance) {
    if (how.mode() == ResizeMode.LINEAR) {
      return Math.max(0, 1 - distance);
    }
    double a = how.cubicCoefficient();
    double square = distance * distance;
    double cube = square * distance;
    if (distance <= 1) {
      return (a + 2) * cube - (a + 3) * square + 1;
    }
    return distance < 2 ? a * cube - 5 * a * square + 8 * a * distance - 4 * a : 0;
  }
}
