package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// Classes drawn with the probabilities whose logarithms, up to a common addend, `x` has: sample
/// `j` of row `i` takes draw `i samples + j` of [SplitMix]. A task is a row.
final class MultinomialKernel implements Kernel {
  private final Tensor x;
  private final Tensor y;
  private final SplitMix generator;

  /// Operands `x` (rows, classes); results `y` (rows, samples) of integers; integers: the seed.
  MultinomialKernel(Arguments arguments) {
    x = arguments.x(0);
    y = arguments.y(0);
    generator = new SplitMix(arguments.integer(0));
    boolean fits =
        x.rank() == 2 && y.rank() == 2 && x.shape()[0] == y.shape()[0] && y.type().isInteger();
    Arguments.require(fits, "%s does not give %s".formatted(x, y));
  }

  @Override
  public int tasks() {
    return x.shape()[0];
  }

  @Override
  public long operationsPerTask() {
    return 16L * x.shape()[1] + 16L * y.shape()[1];
  }

  @Override
  public void run(int begin, int end) {
    double[] cumulative = new double[x.shape()[1]];
    for (int row = begin; row < end; row++) {
      accumulate(row, cumulative);
      for (int j = 0; j < y.shape()[1]; j++) {
        int sample = row * y.shape()[1] + j;
        double total = cumulative.length == 0 ? 0 : cumulative[cumulative.length - 1];
        y.setInteger(sample, place(cumulative, generator.uniform(sample) * total));
      }
    }
  }

  private void accumulate(int row, double[] cumulative) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < cumulative.length; i++) {
      greatest = Math.max(greatest, x.number(row * cumulative.length + i));
    }
    double sum = 0;
    for (int i = 0; i < cumulative.length; i++) {
      sum += Math.exp(x.number(row * cumulative.length + i) - greatest);
      cumulative[i] = sum;
    }
  }

  /// The first place whose sum is above a number, by bisection; else the last.
  private static int place(double[] cumulative, double number) {
    int low = 0;
    int high = Math.max(0, cumulative.length - 1);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] > number) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
