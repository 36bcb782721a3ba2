package dev.crease.runtime.kernel;

/// The mean of each window's elements.
final class PlainAveragePoolKernel extends PlainPoolKernel {
  private final boolean countsPadding;
  private final int[] ends;

  /// Operands `x`; results `y`; integers: the window, whether padding counts as zeros, and the
  /// padding after each spatial axis.
  PlainAveragePoolKernel(Arguments arguments) {
    super(arguments);
    countsPadding = arguments.flag(afterWindow());
    ends = arguments.integers(afterWindow() + 1, x.rank() - 2);
  }

  @Override
  void reduce(TapWalk walk, int from, int to) {
    double sum = 0;
    long count = 0;
    long padded = walk.padded(ends);
    for (; walk.hasTap(); walk.advance()) {
      sum += x.number(from + walk.element());
      count++;
    }
    y.setNumber(to, sum / (countsPadding ? padded : count));
  }
}
