package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// Normalization of each channel, along axis 1 of `x`, by given statistics, or in training by its
/// own over batch and pixels, towards which the running ones move. A task is a channel.
final class BatchNormalizationKernel implements Kernel {
  private final Runs statistics;
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor y;
  private final int batch;
  private final int channels;
  private final int pixels;
  private final boolean training;

  /// Operands `x`, `scale`, `bias`, `mean`, `variance`; results `y`, `[mean]`, `[variance]`;
  /// integers: whether it is training; numbers: epsilon, momentum.
  BatchNormalizationKernel(Arguments arguments, Microkernels microkernels) {
    this.arguments = arguments;
    statistics = new Runs(microkernels);
    x = arguments.x(0);
    y = arguments.y(0);
    Arguments.require(x.rank() >= 2, x + " has no channels");
    batch = x.shape()[0];
    channels = x.shape()[1];
    pixels = x.product(2, x.rank());
    boolean fits = x.elements() == y.elements();
    for (int i = 1; i <= 4; i++) {
      fits &= arguments.x(i).elements() == channels;
    }
    for (int i = 1; i <= 2; i++) {
      fits &= !arguments.hasResult(i) || arguments.y(i).elements() == channels;
    }
    training = arguments.integer(0) != 0;
    Arguments.require(fits, "parameters do not fit the %d channels of %s".formatted(channels, x));
  }

  @Override
  public int tasks() {
    return channels;
  }

  @Override
  public long operationsPerTask() {
    return 6L * batch * pixels;
  }

  @Override
  public void run(int begin, int end) {
    for (int channel = begin; channel < end; channel++) {
      if (training) {
        train(channel);
      } else {
        normalize(channel, arguments.x(3).number(channel), arguments.x(4).number(channel));
      }
    }
  }

  private void train(int channel) {
    double count = (double) batch * pixels;
    double sum = 0;
    for (int image = 0; image < batch; image++) {
      sum += statistics.sum(x, start(image, channel), pixels);
    }
    double mean = sum / count;
    double squares = 0;
    for (int image = 0; image < batch; image++) {
      squares += statistics.squares(x, start(image, channel), mean, pixels);
    }
    double variance = squares / count;
    normalize(channel, mean, variance);
    move(1, channel, mean);
    move(2, channel, variance);
  }

  private void normalize(int channel, double mean, double variance) {
    double slope = arguments.x(1).number(channel) / Math.sqrt(variance + arguments.number(0));
    double shift = arguments.x(2).number(channel);
    for (int image = 0; image < batch; image++) {
      statistics.affine(x, y, start(image, channel), mean, slope, shift, pixels);
    }
  }

  private int start(int image, int channel) {
    return (image * channels + channel) * pixels;
  }

  private void move(int result, int channel, double batchStatistic) {
    if (arguments.hasResult(result)) {
      double running = arguments.x(2 + result).number(channel);
      double momentum = arguments.number(1);
      double moved = running * momentum + batchStatistic * (1 - momentum);
      arguments.y(result).setNumber(channel, moved);
    }
  }
}
