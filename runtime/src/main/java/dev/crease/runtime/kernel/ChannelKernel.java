package dev.crease.runtime.kernel;

/// Work on the elements of a blocked tensor with what vectors hold for their channels; `y` may be
/// `x`. A task is one row of one block, or a whole block where rows follow each other.
abstract class ChannelKernel extends RowKernel {
  final Microkernels microkernels;
  final Blocked x;
  final Blocked y;

  /// @param x of `y`'s shape
  /// @param vectors of one image and one pixel each
  /// @throws IllegalArgumentException if a vector has not `y`'s channels
  ChannelKernel(Microkernels microkernels, Blocked x, Blocked y, Blocked... vectors) {
    boolean joins = x.isTight() && y.isTight();
    super(joins ? y.joined() : y);
    for (Blocked vector : vectors) {
      if (vector.channels() != y.channels()) {
        throw new IllegalArgumentException(
            "a vector of " + vector.channels() + " channels for " + y.channels());
      }
    }
    this.microkernels = microkernels;
    this.x = joins ? x.joined() : x;
    this.y = joins ? y.joined() : y;
  }

  @Override
  public final long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }
}
