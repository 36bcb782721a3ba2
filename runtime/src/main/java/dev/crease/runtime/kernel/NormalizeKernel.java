package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;

/// `y = activation((x - mean) slope + bias)` on blocked tensors, with one element of each vector
/// per channel; `y` may be `x`.
///
/// The mean is taken off first: where it is large beside the deviation, `slope x` and `slope mean`
/// would cancel after they were rounded.
public final class NormalizeKernel extends ChannelKernel {
  private final Blocked mean;
  private final Blocked slope;
  private final Blocked bias;
  private final Epilogue epilogue;

  /// @param x of `y`'s shape
  /// @param mean of one image and one pixel, as `slope` and `bias`
  /// @throws IllegalArgumentException if a vector has not `y`'s channels
  public NormalizeKernel(
      Microkernels microkernels,
      Blocked x,
      Blocked mean,
      Blocked slope,
      Blocked bias,
      Blocked y,
      Activation activation) {
    super(microkernels, x, y, mean, slope, bias);
    this.mean = mean;
    this.slope = slope;
    this.bias = bias;
    this.epilogue = new Epilogue(microkernels, activation);
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int out = y.row(image, block, plane, row);
    microkernels.normalize(
        x.array(),
        x.row(image, block, plane, row),
        mean.array(),
        mean.row(0, block, 0, 0),
        slope.array(),
        slope.row(0, block, 0, 0),
        bias.array(),
        bias.row(0, block, 0, 0),
        y.array(),
        out,
        y.width());
    epilogue.apply(null, 0, y.array(), out, y.width(), y.lanesOf(block));
  }
}
