package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y = x / (bias + alpha / size * sum)^beta`, the sum being of the squares of the channels around
/// each, of any type and rank. A task is a channel of an image.
final class PlainLrnKernel implements Kernel {
  private final Tensor x;
  private final Tensor y;
  private final int channels;
  private final int pixels;
  private final long size;
  private final double alpha;
  private final double beta;
  private final double bias;

  /// Operands `x`; results `y`; integers: the size; numbers: alpha, beta, bias.
  PlainLrnKernel(Arguments arguments) {
    x = arguments.x(0);
    y = arguments.y(0);
    Arguments.require(
        x.rank() >= 2 && x.elements() == y.elements(), "%s is no result of %s".formatted(y, x));
    channels = x.shape()[1];
    pixels = x.product(2, x.rank());
    size = arguments.integer(0);
    alpha = arguments.number(0);
    beta = arguments.number(1);
    bias = arguments.number(2);
    Arguments.require(size > 0, "there are no " + size + " channels around one");
  }

  @Override
  public int tasks() {
    return x.elements() == 0 ? 0 : x.shape()[0] * channels;
  }

  @Override
  public long operationsPerTask() {
    return pixels * (Math.min(size, channels) + 20);
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int channel = task % channels;
      long before = Math.min(channel, (size - 1) / 2);
      long after = Math.min(channels - 1L - channel, size / 2);
      for (int pixel = 0; pixel < pixels; pixel++) {
        int at = task * pixels + pixel;
        double sum = 0;
        for (long c = -before; c <= after; c++) {
          double value = x.number(at + (int) c * pixels);
          sum += value * value;
        }
        y.setNumber(at, x.number(at) / Math.pow(bias + alpha / size * sum, beta));
      }
    }
  }
}
