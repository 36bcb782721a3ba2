package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;

/// `y[i] = start + i delta` for plain tensors of numbers; integers wrap around.
public final class RangeKernel implements Kernel {
  private final ElementType type;
  private final Strided start;
  private final Strided delta;
  private final Strided y;

  /// @param start one element, as `delta`
  public RangeKernel(ElementType type, Strided start, Strided delta, Strided y) {
    this.type = type;
    this.start = start;
    this.delta = delta;
    this.y = y;
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return y.elements();
  }

  @Override
  public void run(int begin, int end) {
    for (int i = 0; i < y.elements(); i++) {
      if (type.isFloating()) {
        double first = Elements.floating(type, start.array(), start.offset());
        double step = Elements.floating(type, delta.array(), delta.offset());
        Elements.setFloating(type, y.array(), y.index(i), first + i * step);
      } else {
        long first = Elements.integer(type, start.array(), start.offset());
        long step = Elements.integer(type, delta.array(), delta.offset());
        Elements.setInteger(type, y.array(), y.index(i), first + i * step);
      }
    }
  }
}
