package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import dev.crease.runtime.plan.BinaryFunction;
import java.util.Optional;

/// `y = scale (x - mean) / sqrt(variance + epsilon) + bias` with the statistics of rows of `x`, or
/// without the mean.
///
/// A row falls into runs of equal scale and bias; runs of one element are those of a row that has a
/// scale for each. A task is a row.
final class NormalizationKernel implements Kernel {
  private final Microkernels microkernels;
  private final Runs statistics;
  private final Tensor x;
  private final Tensor scale;
  private final Optional<Tensor> bias;
  private final Tensor y;
  private final Optional<Tensor> means;
  private final Optional<Tensor> deviations;
  private final double epsilon;
  private final boolean centered;
  private final int rows;
  private final int length;

  /// Elements of a run.
  private final int run;

  private NormalizationKernel(
      Arguments arguments, boolean centered, int rows, int run, Microkernels microkernels) {
    this.microkernels = microkernels;
    statistics = new Runs(microkernels);
    x = arguments.x(0);
    scale = arguments.x(1);
    bias = arguments.has(2) ? Optional.of(arguments.x(2)) : Optional.empty();
    y = arguments.y(0);
    means = arguments.hasResult(1) ? Optional.of(arguments.y(1)) : Optional.empty();
    deviations = arguments.hasResult(2) ? Optional.of(arguments.y(2)) : Optional.empty();
    epsilon = arguments.number(0);
    this.centered = centered;
    this.rows = rows;
    this.run = run;
    length = rows == 0 ? 0 : x.elements() / rows;
    Arguments.require(x.elements() == y.elements(), "%s does not become %s".formatted(x, y));
  }

  /// Statistics over all axes from `integer(0)` on.
  static NormalizationKernel ofRows(Arguments arguments, boolean centered, Microkernels kernels) {
    Tensor x = arguments.x(0);
    int axis = arguments.axis(0, x);
    int length = x.product(axis, x.rank());
    boolean fits = arguments.x(1).elements() == length;
    fits &= !arguments.has(2) || arguments.x(2).elements() == length;
    Arguments.require(fits, "rows of %d need as many scales and biases".formatted(length));
    return new NormalizationKernel(arguments, centered, x.product(0, axis), 1, kernels);
  }

  /// Statistics over groups of channels, `integer(0)` of them.
  static NormalizationKernel ofGroups(Arguments arguments, Microkernels kernels) {
    Tensor x = arguments.x(0);
    Arguments.require(x.rank() >= 2, x + " has no channels");
    int channels = x.shape()[1];
    long groups = arguments.integer(0);
    Arguments.require(
        groups > 0 ? channels % groups == 0 : channels == 0,
        "%d channels are not %d groups".formatted(channels, groups));
    boolean fits = arguments.x(1).elements() == channels && arguments.x(2).elements() == channels;
    Arguments.require(fits, "%d channels need as many scales and biases".formatted(channels));
    int rows = (int) (x.shape()[0] * groups);
    return new NormalizationKernel(arguments, true, rows, x.product(2, x.rank()), kernels);
  }

  @Override
  public int tasks() {
    return rows;
  }

  @Override
  public long operationsPerTask() {
    return 6L * length;
  }

  @Override
  public void run(int begin, int end) {
    for (int row = begin; row < end; row++) {
      int start = row * length;
      double mean = centered ? statistics.sum(x, start, length) / length : 0;
      double variance = statistics.squares(x, start, mean, length) / length;
      double slope = 1 / Math.sqrt(variance + epsilon);
      int at = row;
      means.ifPresent(result -> result.setNumber(at, mean));
      deviations.ifPresent(result -> result.setNumber(at, slope));
      if (length > 0) {
        write(start, mean, slope);
      }
    }
  }

  private void write(int start, double mean, double slope) {
    boolean floats =
        x.array() instanceof float[]
            && y.array() instanceof float[]
            && scale.array() instanceof float[]
            && bias.map(shift -> shift.array() instanceof float[]).orElse(true);
    if (floats && run == 1) {
      elements(start, (float) mean, (float) slope);
      return;
    }
    for (int done = 0; done < length; done += run) {
      int channel = first(start) + done / run;
      double shift = bias.isPresent() ? bias.get().number(channel) : 0;
      statistics.affine(x, y, start + done, mean, slope * scale.number(channel), shift, run);
    }
  }

  private void elements(int start, float mean, float slope) {
    float[] from = (float[]) x.array();
    float[] to = (float[]) y.array();
    float[] factors = (float[]) scale.array();
    int in = x.offset() + start;
    int out = y.offset() + start;
    int factor = scale.offset() + first(start);
    if (bias.isEmpty()) {
      microkernels.affine(from, in, mean, slope, 0, to, out, length);
      microkernels.binary(BinaryFunction.MUL, to, out, factors, factor, to, out, length);
      return;
    }
    float[] shifts = (float[]) bias.get().array();
    int shift = bias.get().offset() + first(start);
    microkernels.affineSpans(
        from, in, mean, slope, factors, factor, shifts, shift, to, out, length);
  }

  /// The scale of a row's first element.
  private int first(int start) {
    return start / run % scale.elements();
  }
}
