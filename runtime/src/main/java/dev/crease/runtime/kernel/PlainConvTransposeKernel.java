package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// A transposed convolution of any floating-point type and any number of dimensions, summed in
/// double: each element of `x`, times each tap, goes where a convolution from `y` to `x` would have
/// read it.
///
/// A task is one map of one picture of the batch.
final class PlainConvTransposeKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor w;
  private final Tensor y;
  private final int channels;
  private final int maps;

  /// Operands `x` `(N, C, spatial...)`, `w` `(C, M / groups, kernel...)`, optionally `bias` `(M)`;
  /// results `y` `(N, M, spatial...)`; integers: the number of groups, the window.
  PlainConvTransposeKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    w = arguments.x(1);
    y = arguments.y(0);
    long groups = arguments.integer(0);
    boolean fits =
        x.rank() >= 2
            && x.rank() == w.rank()
            && x.rank() == y.rank()
            && x.type() == y.type()
            && x.type() == w.type()
            && groups > 0
            && w.shape()[0] % groups == 0
            && x.shape()[1] == w.shape()[0]
            && y.shape()[1] == w.shape()[1] * groups
            && x.shape()[0] == y.shape()[0]
            && walk().taps() == w.product(2, w.rank());
    if (fits && arguments.has(2)) {
      fits = arguments.x(2).elements() == y.shape()[1];
    }
    Arguments.require(fits, "weights %s do not make %s of %s".formatted(w, y, x));
    channels = w.shape()[0] / (int) groups;
    maps = w.shape()[1];
  }

  private TapWalk walk() {
    return new TapWalk(arguments, 1, y, x);
  }

  @Override
  public int tasks() {
    return y.product(0, 2);
  }

  @Override
  public long operationsPerTask() {
    return 4L * x.product(2, x.rank()) * channels * w.product(2, w.rank());
  }

  @Override
  public void run(int begin, int end) {
    TapWalk walk = walk();
    int taps = walk.taps();
    double[] sums = new double[walk.inputs()];
    for (int task = begin; task < end; task++) {
      int map = task % y.shape()[1];
      int batch = task / y.shape()[1];
      Arrays.fill(sums, arguments.has(2) ? arguments.x(2).number(map) : 0);
      int first = map / maps * channels;
      for (int c = first; c < first + channels; c++) {
        int from = (batch * x.shape()[1] + c) * walk.outputs();
        int weights = (c * maps + map % maps) * taps;
        for (int position = 0; position < walk.outputs(); position++) {
          double value = x.number(from + position);
          for (walk.start(position); walk.hasTap(); walk.advance()) {
            sums[walk.element()] += value * w.number(weights + walk.tap());
          }
        }
      }
      for (int i = 0; i < sums.length; i++) {
        y.setNumber(task * sums.length + i, sums[i]);
      }
    }
  }
}
