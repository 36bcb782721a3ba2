package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Fourier transforms of frames of a signal, each times a window. A task is a frame.
final class StftKernel implements Kernel {
  private final Tensor x;
  private final Optional<Tensor> window;
  private final Tensor y;
  private final int step;
  private final int length;
  private final int samples;
  private final int parts;
  private final FourierTransform transform;

  /// Operands `x` (batch, samples, 1 or 2), or (batch, samples), and `[window]`; results `y`
  /// (batch, frames, bins, 2); integers: from one frame to the next, the length of a frame.
  StftKernel(Arguments arguments) {
    x = arguments.x(0);
    window = arguments.has(1) ? Optional.of(arguments.x(1)) : Optional.empty();
    y = arguments.y(0);
    step = Math.toIntExact(arguments.integer(0));
    length = Math.toIntExact(arguments.integer(1));
    boolean ranks = (x.rank() == 2 || x.rank() == 3) && y.rank() == 4 && step > 0 && length > 0;
    Arguments.require(ranks, "no frames of %d in steps of %d of %s".formatted(length, step, x));
    samples = x.shape()[1];
    parts = x.rank() == 3 ? x.shape()[2] : 1;
    boolean fits =
        y.shape()[0] == x.shape()[0]
            && (y.shape()[1] == 0 || (y.shape()[1] - 1) * step + length <= samples)
            && y.shape()[2] <= length
            && y.shape()[3] == 2
            && window.map(w -> w.elements() == length).orElse(true);
    Arguments.require(fits, "frames of %d of %s do not make %s".formatted(length, x, y));
    transform = new FourierTransform(length, false);
  }

  @Override
  public int tasks() {
    return y.shape()[0] * y.shape()[1];
  }

  @Override
  public long operationsPerTask() {
    return transform.operations();
  }

  @Override
  public void run(int begin, int end) {
    double[] re = new double[length];
    double[] im = new double[length];
    double[] weights = new double[length];
    Arrays.setAll(weights, n -> window.isPresent() ? window.get().number(n) : 1);
    int frames = y.shape()[1];
    int bins = y.shape()[2];
    for (int task = begin; task < end; task++) {
      int first = (task / frames * samples + task % frames * step) * parts;
      for (int n = 0; n < length; n++) {
        re[n] = weights[n] * x.number(first + n * parts);
        im[n] = parts == 2 ? weights[n] * x.number(first + n * parts + 1) : 0;
      }
      transform.apply(re, im);
      for (int k = 0; k < bins; k++) {
        y.setNumber((task * bins + k) * 2, re[k]);
        y.setNumber((task * bins + k) * 2 + 1, im[k]);
      }
    }
  }
}
