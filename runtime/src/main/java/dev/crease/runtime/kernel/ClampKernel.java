package dev.crease.runtime.kernel;

/// `y = min(max(x, lower), upper)` on blocked tensors, with one bound of either kind per channel;
/// NaN stays NaN, `y` may be `x`.
///
/// The bounds hold zero in the lanes past the last channel, as every vector does, so that `y` does.
public final class ClampKernel extends ChannelKernel {
  private final Blocked lower;
  private final Blocked upper;

  /// @param x of `y`'s shape
  /// @param lower of one image and one pixel, as `upper`
  /// @throws IllegalArgumentException if a bound has not `y`'s channels
  public ClampKernel(
      Microkernels microkernels, Blocked x, Blocked lower, Blocked upper, Blocked y) {
    super(microkernels, x, y, lower, upper);
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  void row(int image, int block, int plane, int row) {
    microkernels.clamp(
        x.array(),
        x.row(image, block, plane, row),
        lower.array(),
        lower.row(0, block, 0, 0),
        upper.array(),
        upper.row(0, block, 0, 0),
        y.array(),
        y.row(image, block, plane, row),
        y.width());
  }
}
