package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// A convolution of any floating-point type and any number of dimensions, summed in double.
///
/// A task is one map of one picture of the batch.
final class PlainConvKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor w;
  private final Tensor y;
  private final int maps;
  private final int channels;

  /// Operands `x` `(N, C, spatial...)`, `w` `(M, C / groups, kernel...)`, optionally `bias` `(M)`;
  /// results `y` `(N, M, spatial...)`; integers: the number of groups, the window.
  PlainConvKernel(Arguments arguments) {
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
            && x.shape()[1] == w.shape()[1] * groups
            && y.shape()[1] == w.shape()[0]
            && x.shape()[0] == y.shape()[0]
            && walk().taps() == w.product(2, w.rank());
    if (fits && arguments.has(2)) {
      fits = arguments.x(2).elements() == w.shape()[0];
    }
    Arguments.require(fits, "weights %s do not make %s of %s".formatted(w, y, x));
    maps = w.shape()[0] / (int) groups;
    channels = w.shape()[1];
  }

  private TapWalk walk() {
    return new TapWalk(arguments, 1, x, y);
  }

  @Override
  public int tasks() {
    return y.product(0, 2);
  }

  @Override
  public long operationsPerTask() {
    return 4L * y.product(2, y.rank()) * w.product(1, w.rank());
  }

  @Override
  public void run(int begin, int end) {
    TapWalk walk = walk();
    int inputs = walk.inputs();
    int outputs = walk.outputs();
    int taps = walk.taps();
    for (int task = begin; task < end; task++) {
      int map = task % y.shape()[1];
      int batch = task / y.shape()[1];
      int first = batch * x.shape()[1] + map / maps * channels;
      double bias = arguments.has(2) ? arguments.x(2).number(map) : 0;
      for (int position = 0; position < outputs; position++) {
        double sum = bias;
        for (walk.start(position); walk.hasTap(); walk.advance()) {
          int from = first * inputs + walk.element();
          int weight = map * channels * taps + walk.tap();
          for (int c = 0; c < channels; c++) {
            sum += x.number(from + c * inputs) * w.number(weight + c * taps);
          }
        }
        y.setNumber(task * outputs + position, sum);
      }
    }
  }
}
