package dev.crease.compiler.ir;

/// Bounds of the magnitudes of numbers.
///
/// @param least none is smaller, those of zeros aside; infinite if there are no others
/// @param largest none is larger; NaN if a number is
public record Magnitudes(double least, double largest) {
  private static final Magnitudes NONE = new Magnitudes(Double.POSITIVE_INFINITY, 0);

  public static Magnitudes of(double[] values) {
    return NONE.with(values, values.length);
  }

  /// Those of the elements of a constant, looked at one by one.
  static Magnitudes of(Constant constant) {
    Stretches stretches = constant.stretches();
    double[] chunk = new double[Math.min(Constant.CHUNK, constant.elements())];
    Magnitudes all = NONE;
    for (int from = 0; from < constant.elements(); from += chunk.length) {
      int count = Math.min(chunk.length, constant.elements() - from);
      stretches.read(from, count, chunk);
      all = all.with(chunk, count);
    }
    return all;
  }

  private Magnitudes with(double[] values, int count) {
    double low = least;
    double high = largest;
    for (int i = 0; i < count; i++) {
      double magnitude = Math.abs(values[i]);
      low = magnitude == 0 ? low : Math.min(low, magnitude);
      high = Math.max(high, magnitude);
    }
    return new Magnitudes(low, high);
  }

  /// Bounds of the products of two numbers as they come out in double.
  public Magnitudes times(Magnitudes factors) {
    boolean zeros = Double.isInfinite(least) || Double.isInfinite(factors.least);
    return new Magnitudes(
        zeros ? Double.POSITIVE_INFINITY : least * factors.least, largest * factors.largest);
  }
}
