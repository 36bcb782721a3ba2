package dev.crease.runtime.kernel;

/// Copies of runs of elements between arrays of one kind, whatever the kind.
final class Copies {
  /// From so many elements on the virtual machine's copy is quicker than a loop.
  private static final int LONG = 16;

  private Copies() {}

  /// `count` elements, `xStep` and `yStep` apart.
  static void copy(Object x, int xOffset, int xStep, Object y, int yOffset, int yStep, int count) {
    if (xStep == 1 && yStep == 1 && count >= LONG) {
      System.arraycopy(x, xOffset, y, yOffset, count);
      return;
    }
    switch (x) {
      case float[] from -> floats(from, xOffset, xStep, (float[]) y, yOffset, yStep, count);
      case double[] from -> doubles(from, xOffset, xStep, (double[]) y, yOffset, yStep, count);
      case int[] from -> ints(from, xOffset, xStep, (int[]) y, yOffset, yStep, count);
      case long[] from -> longs(from, xOffset, xStep, (long[]) y, yOffset, yStep, count);
      case short[] from -> shorts(from, xOffset, xStep, (short[]) y, yOffset, yStep, count);
      case byte[] from -> bytes(from, xOffset, xStep, (byte[]) y, yOffset, yStep, count);
      case Object[] from -> objects(from, xOffset, xStep, (Object[]) y, yOffset, yStep, count);
      default -> throw new IllegalArgumentException("not an array: " + x.getClass());
    }
  }

  private static void floats(
      float[] x, int xOffset, int xStep, float[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }

  private static void doubles(
      double[] x, int xOffset, int xStep, double[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }

  private static void ints(
      int[] x, int xOffset, int xStep, int[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }

  private static void longs(
      long[] x, int xOffset, int xStep, long[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }

  private static void shorts(
      short[] x, int xOffset, int xStep, short[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }

  private static void bytes(
      byte[] x, int xOffset, int xStep, byte[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }

  private static void objects(
      Object[] x, int xOffset, int xStep, Object[] y, int yOffset, int yStep, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i * yStep] = x[xOffset + i * xStep];
    }
  }
}
