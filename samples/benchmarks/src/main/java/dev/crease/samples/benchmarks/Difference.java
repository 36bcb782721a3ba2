package dev.crease.samples.benchmarks;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Map;
import java.util.Objects;

/// How far outputs lie apart, as a part of what two correct runtimes may differ by: `|y' - y| <=
/// 2e-5 max|y| + 1e-6` for f32, nothing for other types.
final class Difference {
  private static final double RELATIVE = 2e-5;
  private static final double ABSOLUTE = 1e-6;

  private Difference() {}

  /// The largest of all outputs; at most 1 if they agree, infinite if a shape or an element that is
  /// not a finite f32 differs.
  static double of(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    double largest = 0;
    for (Map.Entry<String, Tensor> output : expected.entrySet()) {
      Tensor other = Objects.requireNonNull(actual.get(output.getKey()), output.getKey());
      largest = Math.max(largest, of(other, output.getValue()));
    }
    return largest;
  }

  /// As the other form, for one output.
  static double of(Tensor actual, Tensor expected) {
    if (expected.type() != ElementType.FLOAT32 || actual.type() != ElementType.FLOAT32) {
      return actual.equals(expected) ? 0 : Double.POSITIVE_INFINITY;
    }
    float[] y = expected.floats();
    float[] other = actual.floats();
    if (y.length != other.length) {
      return Double.POSITIVE_INFINITY;
    }
    double difference = 0;
    double scale = 0;
    for (int i = 0; i < y.length; i++) {
      boolean same = Float.compare(y[i], other[i]) == 0;
      double apart = same ? 0 : Math.abs((double) y[i] - other[i]);
      difference = Math.max(difference, Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart);
      scale = Float.isFinite(y[i]) ? Math.max(scale, Math.abs(y[i])) : scale;
    }
    return difference / (RELATIVE * scale + ABSOLUTE);
  }
}
