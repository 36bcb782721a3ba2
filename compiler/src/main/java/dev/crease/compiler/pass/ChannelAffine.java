package dev.crease.compiler.pass;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// `y[n, c, ...] = slope[c] x[n, c, ...] + intercept[c]`, in double, not yet rounded.
record ChannelAffine(double[] slope, double[] intercept) {
  /// BatchNormalization at inference: `slope = scale / sqrt(variance + epsilon)`, `intercept = bias
  /// - slope mean`.
  static ChannelAffine ofNormalization(
      double[] scale, double[] bias, double[] mean, double[] variance, double epsilon) {
    double[] slope = new double[scale.length];
    double[] intercept = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      slope[c] = scale[c] / Math.sqrt(variance[c] + epsilon);
      intercept[c] = bias[c] - slope[c] * mean[c];
    }
    return new ChannelAffine(slope, intercept);
  }

  int channels() {
    return slope.length;
  }

  /// Whether any slope differs from 1.
  boolean scales() {
    return Arrays.stream(slope).anyMatch(s -> s != 1);
  }

  /// Why this cannot be folded into anything, if it cannot.
  Optional<String> defect() {
    for (int c = 0; c < slope.length; c++) {
      if (!Double.isFinite(slope[c]) || !Double.isFinite(intercept[c])) {
        return Optional.of(
            "channel %d has scale %s and shift %s, which are not both finite"
                .formatted(c, slope[c], intercept[c]));
      }
    }
    return Optional.empty();
  }

  /// Scales weights, each by the slope of its channel.
  double[] scale(double[] weights, IntUnaryOperator channelOf) {
    double[] scaled = new double[weights.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = slope[channelOf.applyAsInt(i)] * weights[i];
    }
    return scaled;
  }

  /// `slope x + intercept` for elements whose last axis is the channel.
  double[] apply(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      int channel = i % slope.length;
      y[i] = slope[channel] * x[i] + intercept[channel];
    }
    return y;
  }
}
