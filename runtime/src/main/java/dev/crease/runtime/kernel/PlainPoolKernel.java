package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// What a window's elements are reduced to, for each position and channel, in double: any element
/// type, any number of dimensions.
///
/// A task is a channel.
abstract class PlainPoolKernel implements Kernel {
  final Arguments arguments;
  final Tensor x;
  final Tensor y;

  PlainPoolKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    y = arguments.y(0);
    boolean fits = x.type() == y.type() && x.rank() >= 2 && x.rank() == y.rank();
    for (int axis = 0; fits && axis < 2; axis++) {
      fits = x.shape()[axis] == y.shape()[axis];
    }
    Arguments.require(fits, "%s is not pooled to %s".formatted(x, y));
    walk();
  }

  /// A walk of a thread's own.
  final TapWalk walk() {
    return new TapWalk(arguments, 0, x, y);
  }

  /// The first integer after those of the window.
  final int afterWindow() {
    return 4 * (x.rank() - 2);
  }

  @Override
  public final int tasks() {
    return x.product(0, 2);
  }

  @Override
  public final long operationsPerTask() {
    TapWalk walk = walk();
    return 4L * walk.outputs() * walk.taps();
  }

  @Override
  public final void run(int begin, int end) {
    TapWalk walk = walk();
    int outputs = walk.outputs();
    for (int task = begin; task < end; task++) {
      for (int position = 0; position < outputs; position++) {
        walk.start(position);
        reduce(walk, task * walk.inputs(), task * outputs + position);
      }
    }
  }

  /// Writes element `to` of the result from the picture of one channel, which begins at `from`.
  abstract void reduce(TapWalk walk, int from, int to);
}
