package dev.crease.compiler.pass.fold;

/// A walk over weights `(first, second, inner)`, all of an `inner` leading from one channel of the
/// data to one of the result. It is repeated as often as the weights go on.
///
/// @param outputOf the result's channel of a first and second index
/// @param inputOf the data's channel of a first and second index
record Weights(int first, int second, int inner, Channel outputOf, Channel inputOf) {
  /// Which channel weights belong to.
  @FunctionalInterface
  interface Channel {
    int of(int first, int second);
  }

  /// Multiplies each weight with the factor of its channel.
  double[] scaled(double[] weights, double[] factors, Channel channel) {
    double[] scaled = new double[weights.length];
    int at = 0;
    while (at < scaled.length) {
      for (int i = 0; i < first; i++) {
        for (int j = 0; j < second; j++) {
          double factor = factors[channel.of(i, j)];
          for (int end = at + inner; at < end; at++) {
            scaled[at] = factor * weights[at];
          }
        }
      }
    }
    return scaled;
  }

  /// What data whose channels all have the elements `x` gives: for each of the result's channels
  /// the sum of `weight x`.
  double[] appliedTo(double[] weights, double[] x, int outputs) {
    double[] sums = new double[outputs];
    int at = 0;
    while (at < weights.length) {
      for (int i = 0; i < first; i++) {
        for (int j = 0; j < second; j++) {
          double taps = 0;
          for (int end = at + inner; at < end; at++) {
            taps += weights[at];
          }
          sums[outputOf.of(i, j)] += taps * x[inputOf.of(i, j)];
        }
      }
    }
    return sums;
  }

  /// The result's channel of the weight at `index`.
  int outputOf(int index) {
    int row = index / Math.max(1, inner);
    return outputOf.of(row / second % first, row % second);
  }
}
