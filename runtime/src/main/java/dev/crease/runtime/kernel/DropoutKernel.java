package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Optional;

/// `y = x / (1 - ratio)` where a random number is at least `ratio`, else 0, in training; `x` itself
/// otherwise. One task, since the random numbers are a sequence.
final class DropoutKernel implements Kernel {
  private final Tensor x;
  private final Optional<Tensor> ratio;
  private final Optional<Tensor> training;
  private final Tensor y;
  private final Optional<Tensor> mask;
  private final long seed;

  /// Operands `x`, `[ratio]`, `[training]`; results `y`, `[mask]`; integers: the seed.
  DropoutKernel(Arguments arguments) {
    x = arguments.x(0);
    ratio = arguments.has(1) ? Optional.of(arguments.x(1)) : Optional.empty();
    training = arguments.has(2) ? Optional.of(arguments.x(2)) : Optional.empty();
    y = arguments.y(0);
    mask = arguments.hasResult(1) ? Optional.of(arguments.y(1)) : Optional.empty();
    seed = arguments.integer(0);
    boolean fits =
        x.type() == y.type()
            && x.elements() == y.elements()
            && ratio.map(one -> one.elements() == 1).orElse(true)
            && training.map(one -> one.elements() == 1).orElse(true)
            && mask.map(kept -> kept.elements() == y.elements()).orElse(true);
    Arguments.require(fits, "%s does not become %s".formatted(x, y));
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return 16L * x.elements();
  }

  @Override
  public void run(int begin, int end) {
    boolean trains = training.isPresent() && training.get().integer(0) != 0;
    double share = ratio.isPresent() ? ratio.get().number(0) : 0.5;
    MersenneTwister random = new MersenneTwister(seed);
    for (int i = 0; i < x.elements(); i++) {
      boolean kept = !trains || share == 0 || random.nextDouble() >= share;
      double factor = trains ? 1 / (1 - share) : 1;
      y.setNumber(i, kept ? x.number(i) * factor : 0);
      int at = i;
      mask.ifPresent(result -> result.setInteger(at, kept ? 1 : 0));
    }
  }
}
