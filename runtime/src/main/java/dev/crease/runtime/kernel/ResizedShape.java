package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// The shape, scales and region of a Resize whose scales, sizes or region depend on data.
final class ResizedShape {
  private static final int ROI = 0;
  private static final int SCALES = 1;
  private static final int SIZES = 2;

  private ResizedShape() {}

  /// As [dev.crease.runtime.plan.Routine#RESIZED_SHAPE] says.
  static long[] of(Arguments arguments) {
    int rank = (int) arguments.integer(1);
    long[] given = arguments.integers();
    long[] dims = Arrays.copyOfRange(given, 2, 2 + rank);
    long[] axes = Arrays.copyOfRange(given, 2 + rank, given.length);
    double[] scales = new double[rank];
    double[] begins = new double[rank];
    double[] ends = new double[rank];
    Arrays.fill(ends, 1);
    if (arguments.has(SCALES) && arguments.x(SCALES).elements() > 0) {
      Tensor scale = named(arguments, SCALES, axes.length);
      for (int i = 0; i < axes.length; i++) {
        scales[(int) axes[i]] = scale.number(i);
        dims[(int) axes[i]] = scaled(dims[(int) axes[i]], scale.number(i));
      }
    } else {
      sizes(arguments, dims, axes, scales);
    }
    if (arguments.has(ROI) && arguments.x(ROI).elements() > 0) {
      Tensor roi = named(arguments, ROI, 2 * axes.length);
      for (int i = 0; i < axes.length; i++) {
        begins[(int) axes[i]] = (float) roi.number(i);
        ends[(int) axes[i]] = (float) roi.number(axes.length + i);
      }
    }
    long[] numbers = Arrays.copyOf(dims, 4 * rank);
    for (int axis = 0; axis < rank; axis++) {
      numbers[rank + axis] = Double.doubleToRawLongBits(scales[axis]);
      numbers[2 * rank + axis] = Double.doubleToRawLongBits(begins[axis]);
      numbers[3 * rank + axis] = Double.doubleToRawLongBits(ends[axis]);
    }
    return numbers;
  }

  private static void sizes(Arguments arguments, long[] dims, long[] axes, double[] scales) {
    Tensor sizes = named(arguments, SIZES, axes.length);
    if (arguments.integer(0) == 0) {
      for (int i = 0; i < axes.length; i++) {
        dims[(int) axes[i]] = sizes.integer(i);
      }
      return;
    }
    boolean least = arguments.integer(0) == 1;
    double scale = least ? Double.POSITIVE_INFINITY : 0;
    for (int i = 0; i < axes.length; i++) {
      double ratio = (double) sizes.integer(i) / dims[(int) axes[i]];
      scale = least ? Math.min(scale, ratio) : Math.max(scale, ratio);
    }
    for (long axis : axes) {
      scales[(int) axis] = scale;
      dims[(int) axis] = (long) Math.floor(dims[(int) axis] * scale + 0.5);
    }
  }

  /// `floor(size scale)`, the product being rounded to float32: 0.7 of 10 elements are 7.
  private static long scaled(long size, double scale) {
    if (!(scale > 0x1p-20 && scale < 0x1p31)) {
      throw new InvalidDataException("a scale is " + scale + ", not a positive number below 2^31");
    }
    return (long) Math.floor((float) size * (float) scale);
  }

  private static Tensor named(Arguments arguments, int operand, int count) {
    Tensor x = arguments.x(operand);
    if (x.elements() != count) {
      throw new InvalidDataException(
          "operand " + operand + " is " + x + ", but should have " + count + " elements");
    }
    return x;
  }
}
