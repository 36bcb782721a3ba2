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

  /// See [VectorMicrokernels#sum]: two sums a lane, which are added, and then those of lanes by
  /// halves.
  private float sumByLanes(float[] x, int xOffset, int count) {
    int vectors = count / lanes() * lanes();
    float total =
        (sum(x, xOffset, vectors, 0, 4) + sum(x, xOffset, vectors, 1, 4))
            + (sum(x, xOffset, vectors, 2, 4) + sum(x, xOffset, vectors, 3, 4));
    return total + super.sum(x, xOffset + vectors, count - vectors);
  }

  /// The sum of all lanes that are `lane`, or more by a multiple of `width`.
  private float sum(float[] x, int xOffset, int count, int lane, int width) {
    return width == lanes()
        ? sumOfLane(x, xOffset + lane, count)
        : sum(x, xOffset, count, lane, 2 * width) + sum(x, xOffset, count, lane + width, 2 * width);
  }

  private float sumOfLane(float[] x, int first, int count) {
    int l = lanes();
    float even = 0;
    float odd = 0;
    for (int i = 0; i < count; i += 2 * l) {
      even += x[first + i];
      if (i + l < count) {
        odd += x[first + i + l];
      }
    }
    return even + odd;
  }
}
