package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;

/// Resizing of plain tensors of any rank, each axis by its own table; for shapes and types that
/// [BlockedResizeKernel] does not know. Numbers are interpolated in double and rounded once,
/// integers towards zero; anything can be copied from its nearest element.
///
/// A task is one row of `y` along its last dimension.
public final class ResizeKernel implements Kernel {
  private final ElementType type;
  private final Strided x;
  private final Strided y;
  private final ResizeAxis[] axes;
  private final double extrapolation;
  private final int inner;
  private final boolean copies;

  /// @param axes one for each axis of `x` and `y`, which are of one rank of at least 1
  public ResizeKernel(
      ElementType type, Strided x, Strided y, ResizeAxis[] axes, float extrapolation) {
    this.type = type;
    this.x = x;
    this.y = y;
    this.axes = axes.clone();
    this.extrapolation = extrapolation;
    inner = y.shape()[y.rank() - 1];
    boolean single = true;
    boolean whole = true;
    for (ResizeAxis axis : axes) {
      single &= axis.taps() == 1;
      for (int i = 0; i < axis.index().length; i += axis.taps()) {
        whole &= axis.index()[i] != ResizeAxis.OUTSIDE;
      }
    }
    copies = single && whole;
  }

  @Override
  public int tasks() {
    return inner == 0 ? 0 : y.elements() / inner;
  }

  @Override
  public long operationsPerTask() {
    long operations = inner;
    for (ResizeAxis axis : axes) {
      operations *= axis.taps();
    }
    return operations;
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int out = y.index(task * inner);
      int step = y.strides()[y.rank() - 1];
      for (int i = 0; i < inner; i++) {
        element(task * inner + i, out + i * step);
      }
    }
  }

  private void element(int number, int out) {
    if (copies) {
      Copies.copy(x.array(), source(number), 1, y.array(), out, 1, 1);
      return;
    }
    double value = isOutside(number) ? extrapolation : sum(number, axes.length - 1, x.offset());
    if (type.isFloating()) {
      Elements.setFloating(type, y.array(), out, value);
    } else {
      Elements.setInteger(type, y.array(), out, IntegerFunctions.integerOf(type, value));
    }
  }

  private int source(int number) {
    int at = x.offset();
    int rest = number;
    for (int axis = axes.length - 1; axis >= 0; axis--) {
      at += axes[axis].index()[rest % y.shape()[axis]] * x.strides()[axis];
      rest /= y.shape()[axis];
    }
    return at;
  }

  private boolean isOutside(int number) {
    int rest = number;
    for (int axis = axes.length - 1; axis >= 0; axis--) {
      if (axes[axis].isOutside(rest % y.shape()[axis])) {
        return true;
      }
      rest /= y.shape()[axis];
    }
    return false;
  }

  /// The weighted sum over the taps of axes 0 to `axis`.
  private double sum(int number, int axis, int at) {
    if (axis < 0) {
      return type.isFloating()
          ? Elements.floating(type, x.array(), at)
          : Elements.integer(type, x.array(), at);
    }
    ResizeAxis table = axes[axis];
    int first = number % y.shape()[axis] * table.taps();
    int rest = number / y.shape()[axis];
    double sum = 0;
    for (int tap = first; tap < first + table.taps(); tap++) {
      double part = sum(rest, axis - 1, at + table.index()[tap] * x.strides()[axis]);
      sum += table.weights()[tap] * part;
    }
    return sum;
  }
}
