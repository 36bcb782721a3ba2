package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// The discrete Fourier transform along one axis; the last axis holds real and imaginary parts, or
/// real parts alone. The signal is cut or filled up with zeros.
///
/// `onesided`, a transform gives the first half of the spectrum, and its inverse takes that half
/// and gives real numbers. A task is a line along the axis.
final class DftKernel implements Kernel {
  private final Tensor x;
  private final Tensor y;
  private final Lines from;
  private final Lines to;
  private final int parts;
  private final int results;
  private final int length;
  private final boolean inverse;
  private final boolean onesided;
  private final FourierTransform transform;

  /// Operands `x`; results `y`; integers: the axis, the length of the transform, whether it is the
  /// inverse, whether it is one-sided.
  DftKernel(Arguments arguments) {
    x = arguments.x(0);
    y = arguments.y(0);
    int axis = arguments.axis(0, x);
    length = Math.toIntExact(arguments.integer(1));
    inverse = arguments.flag(2);
    onesided = arguments.flag(3);
    int last = x.rank() - 1;
    Arguments.require(axis < last && y.rank() == x.rank(), "%s has no axis %d".formatted(x, axis));
    parts = x.shape()[last];
    results = y.shape()[last];
    from = withoutParts(x, axis);
    to = withoutParts(y, axis);
    boolean fits =
        (parts == 1 || parts == 2)
            && results == (inverse && onesided ? 1 : 2)
            && to.length() == (onesided && !inverse ? length / 2 + 1 : length)
            && to.count() == from.count();
    Arguments.require(fits, "a transform of %d does not make %s of %s".formatted(length, y, x));
    transform = new FourierTransform(length, inverse);
  }

  private static Lines withoutParts(Tensor tensor, int axis) {
    int[] shape = Arrays.copyOf(tensor.shape(), tensor.rank() - 1);
    return Lines.of(new Tensor(tensor.type(), tensor.array(), tensor.offset(), shape), axis);
  }

  @Override
  public int tasks() {
    return length == 0 ? 0 : from.count();
  }

  @Override
  public long operationsPerTask() {
    return transform.operations();
  }

  @Override
  public void run(int begin, int end) {
    double[] re = new double[length];
    double[] im = new double[length];
    for (int line = begin; line < end; line++) {
      read(line, re, im);
      transform.apply(re, im);
      double scale = inverse ? 1.0 / length : 1;
      for (int k = 0; k < to.length(); k++) {
        int element = (to.start(line) + k * to.step()) * results;
        y.setNumber(element, re[k] * scale);
        if (results == 2) {
          y.setNumber(element + 1, im[k] * scale);
        }
      }
    }
  }

  private void read(int line, double[] re, double[] im) {
    boolean half = inverse && onesided;
    int count = Math.min(half ? length / 2 + 1 : length, from.length());
    Arrays.fill(re, 0);
    Arrays.fill(im, 0);
    for (int n = 0; n < count; n++) {
      int element = (from.start(line) + n * from.step()) * parts;
      re[n] = x.number(element);
      im[n] = parts == 2 ? x.number(element + 1) : 0;
    }
    if (half) {
      mirror(re, im);
    }
  }

  /// The spectrum of real numbers: `X[N - k]` is the conjugate of `X[k]`, and what is its own
  /// conjugate is real.
  private void mirror(double[] re, double[] im) {
    im[0] = 0;
    for (int k = 1; k <= length / 2; k++) {
      re[length - k] = re[k];
      im[length - k] = -im[k];
    }
    if (length % 2 == 0) {
      im[length / 2] = 0;
    }
  }
}
