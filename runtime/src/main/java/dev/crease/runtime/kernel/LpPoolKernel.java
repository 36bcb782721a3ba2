package dev.crease.runtime.kernel;

/// The `p`-norm of each window's elements.
final class LpPoolKernel extends PlainPoolKernel {
  private final long p;

  /// Operands `x`; results `y`; integers: the window, and `p`.
  LpPoolKernel(Arguments arguments) {
    super(arguments);
    p = arguments.integer(afterWindow());
    Arguments.require(p > 0, "there is no " + p + "-norm");
  }

  @Override
  void reduce(TapWalk walk, int from, int to) {
    double sum = 0;
    for (; walk.hasTap(); walk.advance()) {
      double value = Math.abs(x.number(from + walk.element()));
      sum += p == 1 ? value : p == 2 ? value * value : Math.pow(value, p);
    }
    y.setNumber(to, p == 1 ? sum : p == 2 ? Math.sqrt(sum) : Math.pow(sum, 1.0 / p));
  }
}
