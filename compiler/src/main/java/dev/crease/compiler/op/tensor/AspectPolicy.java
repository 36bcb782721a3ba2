package dev.crease.compiler.op.tensor;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What Resize's `sizes` mean: sizes, or bounds for one scale that keeps the aspect ratio.
public enum AspectPolicy {
  /// Each axis gets its size.
  STRETCH,
  /// The greatest scale with which no axis is larger than its size.
  NOT_LARGER,
  /// The least scale with which no axis is smaller than its size.
  NOT_SMALLER;

  double scale(long[] from, long[] sizes) {
    DoubleStream scales =
        IntStream.range(0, from.length).mapToDouble(i -> (double) sizes[i] / from[i]);
    return (this == NOT_LARGER ? scales.min() : scales.max()).orElse(1);
  }

  /// The nearest integer, upwards from the middle between two.
  static long resized(long size, double scale) {
    return (long) Math.floor(size * scale + 0.5);
  }
}
