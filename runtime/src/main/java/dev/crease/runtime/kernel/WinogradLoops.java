package dev.crease.runtime.kernel;

/// The one-dimensional transforms of [dev.crease.runtime.plan.Winograd] on one column or row of
/// pixels, in plain loops: the specification of [WinogradTiles], in the same order of operations.
final class WinogradLoops {
  /// The points of F(4 x 4) that are not 0: `+-P` and `+-Q`.
  static final float P = 0.75f;

  static final float Q = 1.5f;

  private WinogradLoops() {}

  /// `y = B^T x` of F(4 x 4).
  static void input4(
      int lanes, float[] x, int xOffset, int xStep, float[] y, int yOffset, int yStep) {
    for (int lane = 0; lane < lanes; lane++) {
      int i = xOffset + lane;
      int o = yOffset + lane;
      float x1 = x[i + xStep];
      float x2 = x[i + 2 * xStep];
      float x3 = x[i + 3 * xStep];
      float x4 = x[i + 4 * xStep];
      float x5 = x[i + 5 * xStep];
      y[o] = Math.fma(x[i], P * P * Q * Q, Math.fma(x2, -(P * P + Q * Q), x4));
      float evenP = Math.fma(x2, -Q * Q, x4);
      float oddP = Math.fma(x1, -Q * Q, x3);
      y[o + yStep] = Math.fma(oddP, P, evenP);
      y[o + 2 * yStep] = Math.fma(oddP, -P, evenP);
      float evenQ = Math.fma(x2, -P * P, x4);
      float oddQ = Math.fma(x1, -P * P, x3);
      y[o + 3 * yStep] = Math.fma(oddQ, Q, evenQ);
      y[o + 4 * yStep] = Math.fma(oddQ, -Q, evenQ);
      y[o + 5 * yStep] = Math.fma(x1, P * P * Q * Q, Math.fma(x3, -(P * P + Q * Q), x5));
    }
  }

  /// `y = B^T x` of F(2 x 2).
  static void input2(
      int lanes, float[] x, int xOffset, int xStep, float[] y, int yOffset, int yStep) {
    for (int lane = 0; lane < lanes; lane++) {
      int i = xOffset + lane;
      int o = yOffset + lane;
      float x1 = x[i + xStep];
      float x2 = x[i + 2 * xStep];
      float x3 = x[i + 3 * xStep];
      y[o] = x2 - x[i];
      y[o + yStep] = x2 + x1;
      y[o + 2 * yStep] = x2 - x1;
      y[o + 3 * yStep] = x3 - x1;
    }
  }

  /// `y = A^T m + bias` of F(4 x 4).
  static void output4(
      int lanes,
      float[] m,
      int mOffset,
      int mStep,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int yStep) {
    for (int lane = 0; lane < lanes; lane++) {
      int i = mOffset + lane;
      int o = yOffset + lane;
      float shift = bias[biasOffset + lane];
      float m1 = m[i + mStep];
      float m2 = m[i + 2 * mStep];
      float m3 = m[i + 3 * mStep];
      float m4 = m[i + 4 * mStep];
      float m5 = m[i + 5 * mStep];
      float evenP = m1 + m2;
      float oddP = m1 - m2;
      float evenQ = m3 + m4;
      float oddQ = m3 - m4;
      y[o] = m[i] + evenP + evenQ + shift;
      y[o + yStep] = Math.fma(oddQ, Q, Math.fma(oddP, P, shift));
      y[o + 2 * yStep] = Math.fma(evenQ, Q * Q, Math.fma(evenP, P * P, shift));
      y[o + 3 * yStep] = Math.fma(oddQ, Q * Q * Q, Math.fma(oddP, P * P * P, m5 + shift));
    }
  }

  /// `y = A^T m + bias` of F(2 x 2).
  static void output2(
      int lanes,
      float[] m,
      int mOffset,
      int mStep,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int yStep) {
    for (int lane = 0; lane < lanes; lane++) {
      int i = mOffset + lane;
      int o = yOffset + lane;
      float shift = bias[biasOffset + lane];
      float m1 = m[i + mStep];
      float m2 = m[i + 2 * mStep];
      float m3 = m[i + 3 * mStep];
      y[o] = m[i] + m1 + m2 + shift;
      y[o + yStep] = m1 - m2 + m3 + shift;
    }
  }
}
