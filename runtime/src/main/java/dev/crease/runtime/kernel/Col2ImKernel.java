package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// Columns `(N, C taps, positions)` added up to pictures `(N, C, spatial...)`: what each tap at
/// each position of a window holds goes where the window would read it.
///
/// A task is one channel of one picture.
final class Col2ImKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor y;
  private final int[] positions;

  /// Operands `x`; results `y`; integers: the window, and how many positions it has along each
  /// spatial axis.
  Col2ImKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    y = arguments.y(0);
    Arguments.require(y.rank() >= 2, y + " is no picture");
    positions = arguments.integers(4 * (y.rank() - 2), y.rank() - 2);
    TapWalk walk = walk();
    boolean fits =
        x.type() == y.type()
            && x.rank() == 3
            && x.shape()[0] == y.shape()[0]
            && x.shape()[1] == y.shape()[1] * walk.taps()
            && x.shape()[2] == walk.outputs();
    Arguments.require(fits, "columns %s do not make %s".formatted(x, y));
  }

  private TapWalk walk() {
    return new TapWalk(Arrays.copyOfRange(y.shape(), 2, y.rank()), positions, arguments, 0);
  }

  @Override
  public int tasks() {
    return y.product(0, 2);
  }

  @Override
  public long operationsPerTask() {
    return 4L * x.elements() / Math.max(1, tasks());
  }

  @Override
  public void run(int begin, int end) {
    TapWalk walk = walk();
    int columns = walk.outputs();
    int pixels = walk.inputs();
    double[] sums = new double[y.type().isFloating() ? pixels : 0];
    for (int task = begin; task < end; task++) {
      Arrays.fill(sums, 0);
      y.clear(task * pixels, pixels);
      for (int position = 0; position < columns; position++) {
        for (walk.start(position); walk.hasTap(); walk.advance()) {
          int from = (task * walk.taps() + walk.tap()) * columns + position;
          if (y.type().isFloating()) {
            sums[walk.element()] += x.number(from);
          } else {
            int to = task * pixels + walk.element();
            y.setInteger(to, y.integer(to) + x.integer(from));
          }
        }
      }
      for (int i = 0; i < sums.length; i++) {
        y.setNumber(task * pixels + i, sums[i]);
      }
    }
  }
}
