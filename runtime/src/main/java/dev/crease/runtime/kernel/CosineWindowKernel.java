package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y[n] = a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N)`, where `N` is the number of elements, or
/// one less if the window is symmetric; a symmetric window of one element is 1.
final class CosineWindowKernel implements Kernel {
  private final Tensor y;
  private final boolean periodic;
  private final double[] a;

  /// Results `y`, a vector of numbers; integers: whether it is periodic; numbers: `a0`, `a1`, `a2`.
  CosineWindowKernel(Arguments arguments) {
    y = arguments.y(0);
    periodic = arguments.flag(0);
    a = new double[] {arguments.number(0), arguments.number(1), arguments.number(2)};
    Arguments.require(y.rank() == 1, y + " is not a vector");
  }

  @Override
  public int tasks() {
    return y.elements() == 0 ? 0 : 1;
  }

  @Override
  public long operationsPerTask() {
    return 32L * y.elements();
  }

  @Override
  public void run(int begin, int end) {
    int period = periodic ? y.elements() : y.elements() - 1;
    for (int n = 0; n < y.elements(); n++) {
      double cosine = period == 0 ? -1 : Math.cos(2 * Math.PI * n / period);
      y.setNumber(n, a[0] - a[1] * cosine + a[2] * (2 * cosine * cosine - 1));
    }
  }
}
