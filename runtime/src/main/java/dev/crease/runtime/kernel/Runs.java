package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// What normalizations do to runs of elements. Sums in float32 are those of short pieces, which are
/// added up in double; everything else is computed in double.
final class Runs {
  /// Elements that are added up in float32.
  private static final int PIECE = 1 << 11;

  private final Microkernels microkernels;

  Runs(Microkernels microkernels) {
    this.microkernels = microkernels;
  }

  /// The sum of `count` elements from `begin`.
  double sum(Tensor x, int begin, int count) {
    double sum = 0;
    if (x.array() instanceof float[] array) {
      for (int done = 0; done < count; done += PIECE) {
        int at = x.offset() + begin + done;
        sum += microkernels.sum(array, at, Math.min(PIECE, count - done));
      }
      return sum;
    }
    for (int i = 0; i < count; i++) {
      sum += x.number(begin + i);
    }
    return sum;
  }

  /// The sum of the squares of the elements' distances from `center`.
  double squares(Tensor x, int begin, double center, int count) {
    double sum = 0;
    if (x.array() instanceof float[] array) {
      for (int done = 0; done < count; done += PIECE) {
        int at = x.offset() + begin + done;
        sum += microkernels.squares(array, at, (float) center, Math.min(PIECE, count - done));
      }
      return sum;
    }
    for (int i = 0; i < count; i++) {
      double distance = x.number(begin + i) - center;
      sum += distance * distance;
    }
    return sum;
  }

  /// `y = (x - mean) factor + shift` for `count` elements from `begin`, in both tensors.
  void affine(Tensor x, Tensor y, int begin, double mean, double factor, double shift, int count) {
    if (x.array() instanceof float[] from && y.array() instanceof float[] to) {
      int in = x.offset() + begin;
      int out = y.offset() + begin;
      microkernels.affine(from, in, (float) mean, (float) factor, (float) shift, to, out, count);
      return;
    }
    for (int i = begin; i < begin + count; i++) {
      y.setNumber(i, (x.number(i) - mean) * factor + shift);
    }
  }
}
