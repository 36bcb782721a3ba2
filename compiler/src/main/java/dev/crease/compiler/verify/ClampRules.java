package dev.crease.compiler.verify;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Radii of `min(max(x, lower), upper)`, which rounds nothing.
final class ClampRules {
  private ClampRules() {}

  /// Bounds for all elements.
  static Approximation clip(Application a) {
    Bound lower = new Bound(a.has(1) ? a.operand(1) : null, Double.NEGATIVE_INFINITY);
    Bound upper = new Bound(a.has(2) ? a.operand(2) : null, Double.POSITIVE_INFINITY);
    return clamped(a, lower, upper, Integer.MAX_VALUE);
  }

  static Approximation relu(Application a) {
    Bound zero = new Bound(null, 0);
    return clamped(a, zero, new Bound(null, Double.POSITIVE_INFINITY), Integer.MAX_VALUE);
  }

  /// Bounds for each channel.
  static Approximation channels(Application a) {
    int pixels = Arrays.stream(a.y().shape()).skip(2).reduce(1, (p, q) -> p * q);
    return clamped(
        a,
        new Bound(a.operand(1), Double.NEGATIVE_INFINITY),
        new Bound(a.operand(2), Double.POSITIVE_INFINITY),
        pixels);
  }

  /// @param given null where nothing bounds
  private record Bound(@Nullable Approximation given, double neutral) {
    double at(int channel) {
      return given == null ? neutral : given.data()[channel % given.data().length];
    }

    double radius(int channel) {
      return given == null ? 0 : given.radius(channel % given.data().length);
    }
  }

  private static Approximation clamped(Application a, Bound lower, Bound upper, int pixels) {
    if (a.allExact()) {
      return a.exact();
    }
    double[] radius = new double[a.y().data().length];
    for (int i = 0; i < radius.length; i++) {
      radius[i] = radius(a.operand(0), i, lower, upper, i / Math.max(1, pixels));
    }
    return a.moved(radius);
  }

  /// That of the one that is the result, if it is so whatever the others stand for; otherwise the
  /// largest.
  private static double radius(Approximation of, int i, Bound lower, Bound upper, int channel) {
    double x = of.data()[i];
    double low = lower.at(channel);
    double high = upper.at(channel);
    // What is infinite came from an infinity, and no rounding makes it finite.
    double dx = Double.isInfinite(x) ? 0 : of.radius(i);
    double dLow = lower.radius(channel);
    double dHigh = upper.radius(channel);
    if (x - dx > high + dHigh) {
      return low + dLow < high - dHigh ? dHigh : Math.max(dLow, dHigh);
    }
    if (low + dLow < high - dHigh && x + dx < low - dLow) {
      return dLow;
    }
    boolean inside = low + dLow < x - dx && x + dx < high - dHigh;
    return inside ? dx : Math.max(dx, Math.max(dLow, dHigh));
  }
}
