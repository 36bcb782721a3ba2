package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Stretches;

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

  /// Multiplies `count` weights from index `from` on, which are the first of `stretch`, with the
  /// factors of their channels.
  void scale(int from, int count, double[] stretch, double[] factors, Channel channel) {
    int at = 0;
    while (at < count) {
      int row = (from + at) / inner;
      double factor = factors[channel.of(row / second % first, row % second)];
      for (int end = Math.min(count, (row + 1) * inner - from); at < end; at++) {
        stretch[at] *= factor;
      }
    }
  }

  /// What data whose channels all have the elements `x` gives: for each of the result's channels
  /// the sum of `weight x`.
  double[] appliedTo(Constant weights, double[] x, int outputs) {
    double[] sums = new double[outputs];
    int length = Math.multiplyExact(second, inner);
    double[] rows = new double[length];
    Stretches all = weights.stretches();
    for (int from = 0; from < weights.elements(); from += length) {
      all.read(from, length, rows);
      int i = from / length % first;
      for (int j = 0; j < second; j++) {
        double taps = 0;
        for (int at = j * inner; at < (j + 1) * inner; at++) {
          taps += rows[at];
        }
        sums[outputOf.of(i, j)] += taps * x[inputOf.of(i, j)];
      }
    }
    return sums;
  }

  /// The result's channel of the weight at `index`.
  int outputOf(int index) {
    return channel(index, outputOf);
  }

  /// The data's channel of the weight at `index`.
  int inputOf(int index) {
    return channel(index, inputOf);
  }

  private int channel(int index, Channel channel) {
    int row = index / Math.max(1, inner);
    return channel.of(row / second % first, row % second);
  }
}
