package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.UnaryFunction;

/// Plain loops that stand in for [VectorMicrokernels]: as [ScalarMicrokernels], but for the
/// exponential and what is made of it, which are computed as [VectorMath] does, rounding for
/// rounding, and summed in the order of vectors. So nobody can tell which of the two ran.
final class TwinMicrokernels extends ScalarMicrokernels {
  TwinMicrokernels(int lanes) {
    super(lanes);
  }

  @Override
  public void unary(
      UnaryFunction function,
      float alpha,
      float beta,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case EXP -> {
        for (int i = 0; i < count; i++) {
          y[yOffset + i] = exp(x[xOffset + i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < count; i++) {
          y[yOffset + i] = sigmoid(x[xOffset + i]);
        }
      }
      default -> super.unary(function, alpha, beta, x, xOffset, y, yOffset, count);
    }
  }

  /// See [VectorExponential]: its one factor of a normal number is the product of two here.
  @Override
  public float expSum(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    if (count <= VectorMicrokernels.SHORT) {
      return super.expSum(x, xOffset, shift, y, yOffset, count);
    }
    for (int i = 0; i < count; i++) {
      float v = x[xOffset + i] - shift;
      y[yOffset + i] = v < VectorExponential.LEAST ? 0 : exp(v);
    }
    return sumByLanes(y, yOffset, count);
  }

  /// See [VectorMath#exp].
  static float exp(float x) {
    float bounded = Math.min(89f, Math.max(-105f, x));
    float shifted = Math.fma(bounded, VectorMath.LOG2_E, VectorMath.ROUNDER);
    float n = shifted - VectorMath.ROUNDER;
    float r = Math.fma(n, -VectorMath.LN2_LOW, Math.fma(n, -VectorMath.LN2_HIGH, bounded));
    float p = Math.fma(1f / 5040, r, 1f / 720);
    p = Math.fma(p, r, 1f / 120);
    p = Math.fma(p, r, 1f / 24);
    p = Math.fma(p, r, 1f / 6);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r, 1f);
    float power = Math.fma(p, r, 1f);
    int exponent = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(VectorMath.ROUNDER);
    int half = exponent >> 1;
    return power * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat(n + 127 << 23);
  }

  /// See [VectorMath#sigmoid].
  private static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (e + 1);
  }

  /// See [VectorMicrokernels#sum].
  private float sumByLanes(float[] x, int xOffset, int count) {
    int l = lanes();
    float[] even = new float[l];
    float[] odd = new float[l];
    int i = 0;
    for (; i + 2 * l <= count; i += 2 * l) {
      add(x, xOffset + i, even);
      add(x, xOffset + i + l, odd);
    }
    if (i + l <= count) {
      add(x, xOffset + i, even);
      i += l;
    }
    add(odd, 0, even);
    for (int lanesLeft = l / 2; lanesLeft >= 4; lanesLeft /= 2) {
      for (int lane = 0; lane < lanesLeft; lane++) {
        even[lane] += even[lane + lanesLeft];
      }
    }
    float total = (even[0] + even[1]) + (even[2] + even[3]);
    return total + super.sum(x, xOffset + i, count - i);
  }

  private static void add(float[] x, int xOffset, float[] sums) {
    for (int lane = 0; lane < sums.length; lane++) {
      sums[lane] += x[xOffset + lane];
    }
  }
}
