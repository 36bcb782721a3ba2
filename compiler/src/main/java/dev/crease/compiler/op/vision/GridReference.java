package dev.crease.compiler.op.vision;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.op.Strides;

/// The reference of [GridSample]: one axis after the other, the first one outermost.
final class GridReference {
  private final GridSample how;
  private final DoubleTensor x;
  private final DoubleTensor grid;
  private final int axes;

  GridReference(GridSample how, DoubleTensor x, DoubleTensor grid) {
    this.how = how;
    this.x = x;
    this.grid = grid;
    axes = x.rank() - 2;
  }

  DoubleTensor evaluate() {
    int[] shape = grid.shape().clone();
    System.arraycopy(grid.shape(), 1, shape, 2, axes);
    shape[0] = x.dim(0);
    shape[1] = x.dim(1);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    int points = Strides.count(shape, 2, shape.length);
    double[] at = new double[axes];
    for (int i = 0; i < y.data().length; i++) {
      int point = i / points / x.dim(1) * points + i % points;
      for (int axis = 0; axis < axes; axis++) {
        at[axis] = pixels(grid.data()[point * axes + axes - 1 - axis], axis);
      }
      double value = along(0, i / points, at);
      y.data()[i] =
          x.type().isInteger()
              ? Elements.toDouble(x.type(), Elements.toLong(x.type(), value))
              : value;
    }
    return y;
  }

  private int size(int axis) {
    return x.dim(2 + axis);
  }

  private double low() {
    return how.alignCorners() ? 0 : -0.5;
  }

  private double high(int axis) {
    return size(axis) - 1 - low();
  }

  /// A coordinate in pixels, moved into the picture if the padding says so.
  private double pixels(double coordinate, int axis) {
    double at = low() + (coordinate + 1) / 2 * (high(axis) - low());
    if (how.mode() == GridSample.Mode.NEAREST) {
      at = Math.rint(at);
    }
    if (at >= low() && at <= high(axis)) {
      return at;
    }
    return switch (how.padding()) {
      case ZEROS -> at;
      case BORDER -> Math.min(Math.max(at, 0), size(axis) - 1);
      case REFLECTION -> mirrored(at, axis);
    };
  }

  private double mirrored(double at, int axis) {
    double range = high(axis) - low();
    if (range == 0) {
      return low();
    }
    double period = (at - low()) % (2 * range);
    double forward = period < 0 ? period + 2 * range : period;
    return low() + Math.min(forward, 2 * range - forward);
  }

  /// The value at a point, of the part of a picture that the axes before `axis` have led to.
  private double along(int axis, int part, double[] at) {
    if (axis == axes) {
      return x.data()[part];
    }
    double first = Math.floor(at[axis]);
    double t = at[axis] - first;
    return switch (how.mode()) {
      case NEAREST -> pixel(axis, part, first, at);
      case LINEAR -> (1 - t) * pixel(axis, part, first, at) + t * pixel(axis, part, first + 1, at);
      case CUBIC -> {
        double sum = 0;
        for (int tap = -1; tap <= 2; tap++) {
          sum += keys(Math.abs(t - tap)) * pixel(axis, part, first + tap, at);
        }
        yield sum;
      }
    };
  }

  /// Keys' cubic convolution with `a = -0.75`.
  private static double keys(double distance) {
    double d2 = distance * distance;
    double d3 = d2 * distance;
    return distance <= 1 ? 1.25 * d3 - 2.25 * d2 + 1 : -0.75 * d3 + 3.75 * d2 - 6 * distance + 3;
  }

  private double pixel(int axis, int part, double place, double[] at) {
    double inside = place;
    if (place < 0 || place > size(axis) - 1) {
      switch (how.padding()) {
        case ZEROS -> {
          return 0;
        }
        case BORDER -> inside = place < 0 ? 0 : size(axis) - 1;
        case REFLECTION -> inside = mirrored(place, axis);
      }
    }
    return along(axis + 1, part * size(axis) + (int) inside, at);
  }
}
