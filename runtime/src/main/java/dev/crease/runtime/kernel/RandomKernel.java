package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// Random numbers of [SplitMix]: uniform from `low` to `high`, or normal of a mean and a standard
/// deviation; element `i` takes draw `i`, or draws `2 i` and `2 i + 1`.
final class RandomKernel implements Kernel {
  private static final int SHARE = 1 << 12;

  private final Tensor y;
  private final SplitMix generator;
  private final boolean normal;
  private final double shift;
  private final double scale;

  /// Results `y`, floating-point; integers: the seed; numbers: `low` and `high`, or mean and
  /// standard deviation.
  RandomKernel(Arguments arguments, boolean normal) {
    y = arguments.y(0);
    generator = new SplitMix(arguments.integer(0));
    this.normal = normal;
    shift = arguments.number(0);
    scale = normal ? arguments.number(1) : arguments.number(1) - shift;
    Arguments.require(y.type().isFloating(), y + " is not floating-point");
  }

  @Override
  public int tasks() {
    return Math.ceilDiv(y.elements(), SHARE);
  }

  @Override
  public long operationsPerTask() {
    return 32L * SHARE;
  }

  @Override
  public void run(int begin, int end) {
    for (int i = begin * SHARE; i < Math.min(y.elements(), end * SHARE); i++) {
      double drawn = normal ? generator.normal(i) : generator.uniform(i);
      y.setNumber(i, shift + drawn * scale);
    }
  }
}
