package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Transcendental functions of float32 vectors. Errors are against the exact value, in units of the
/// result's last place; NaN gives NaN, infinities their limits, subnormal results are right.
///
/// - [#exp]: 2 ulp; [#sigmoid]: 4 ulp; [#expm1] for `x <= 0`: 4 ulp; [#tanh]: 5 ulp; [#erf]: 4 ulp
///
/// Polynomials of the exponential are Taylor's: on the reduced range `|r| <= ln 2 / 2` the first
/// term left out, `r^8 / 8!`, is below 2^-27. Those of erf were fitted at Chebyshev nodes in 40
/// digits: `erf(x) / x` in `x^2` on [0, 1], and `-ln erfc(x)` on [1, 4].
final class VectorMath {
  private static final float LOG2_E = 1.44269504f;

  /// ln 2 in two parts, the first with few enough bits that its product with an exponent is exact.
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = (float) (Math.log(2) - 0x1.62e4p-1);

  /// Added and subtracted, it rounds to an integer, which then stands in the low bits of the sum.
  private static final float ROUNDER = 0x1.8p23f;

  private VectorMath() {}

  /// `e^x`.
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(-105f).min(89f);
    FloatVector shifted = bounded.fma(constant(x, LOG2_E), constant(x, ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = reduced(bounded, n);
    FloatVector power = polynomial(r).fma(r, constant(x, 1));
    IntVector exponent = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER));
    // Two factors, since the power of two may lie outside the range of normal numbers.
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return power.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
  }

  private static FloatVector constant(FloatVector like, float value) {
    return FloatVector.broadcast(like.species(), value);
  }

  /// `x - n ln 2`.
  private static FloatVector reduced(FloatVector x, FloatVector n) {
    FloatVector high = n.fma(constant(x, -LN2_HIGH), x);
    return n.fma(constant(x, -LN2_LOW), high);
  }

  /// `(e^r - 1) / r` for `|r| <= ln 2 / 2`.
  private static FloatVector polynomial(FloatVector r) {
    FloatVector p = constant(r, 1f / 5040);
    p = p.fma(r, constant(r, 1f / 720));
    p = p.fma(r, constant(r, 1f / 120));
    p = p.fma(r, constant(r, 1f / 24));
    p = p.fma(r, constant(r, 1f / 6));
    p = p.fma(r, constant(r, 0.5f));
    return p.fma(r, constant(r, 1));
  }

  /// `2^n` for exponents of normal numbers.
  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /// `1 / (1 + e^-x)`, by way of `e^-|x|` so that small results keep their digits.
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector numerator = constant(x, 1).blend(e, x.lt(0));
    return numerator.div(e.add(1));
  }

  /// `e^x - 1` for `x <= 0`; what positive arguments give is of no use.
  static FloatVector expm1(FloatVector x) {
    FloatVector bounded = x.max(-30f);
    FloatVector shifted = bounded.fma(constant(x, LOG2_E), constant(x, ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = reduced(bounded, n);
    FloatVector scale =
        powerOfTwo(shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER)));
    // 2^n (e^r - 1) + (2^n - 1)
    return polynomial(r).mul(r).fma(scale, scale.sub(1));
  }

  /// `tanh |x| = -q / (q + 2)` with `q = e^(-2|x|) - 1`, and `x`'s sign.
  static FloatVector tanh(FloatVector x) {
    FloatVector q = expm1(x.abs().mul(-2));
    FloatVector magnitude = q.div(q.add(2));
    return withSign(magnitude.abs(), x);
  }

  private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }

  /// The error function.
  static FloatVector erf(FloatVector x) {
    FloatVector magnitude = x.abs();
    VectorMask<Float> small = magnitude.lt(1);
    FloatVector large = constant(x, 1).sub(exp(logErfc(magnitude.min(4))));
    return withSign(large, x).blend(smallErf(x), small);
  }

  private static FloatVector smallErf(FloatVector x) {
    FloatVector t = x.mul(x);
    FloatVector p = constant(x, -9.667044650996104e-6f);
    p = p.fma(t, constant(x, 1.1265958892181516e-4f));
    p = p.fma(t, constant(x, -8.484080317430198e-4f));
    p = p.fma(t, constant(x, 5.221031606197357e-3f));
    p = p.fma(t, constant(x, -2.6865430176258087e-2f));
    p = p.fma(t, constant(x, 1.1283782124519348e-1f));
    p = p.fma(t, constant(x, -3.7612637877464294e-1f));
    p = p.fma(t, constant(x, 1.128379225730896f));
    return p.mul(x);
  }

  private static FloatVector logErfc(FloatVector x) {
    FloatVector p = constant(x, 1.6371513993362896e-6f);
    p = p.fma(x, constant(x, -4.605804133461788e-5f));
    p = p.fma(x, constant(x, 5.968056502752006e-4f));
    p = p.fma(x, constant(x, -4.759596195071936e-3f));
    p = p.fma(x, constant(x, 2.6421135291457176e-2f));
    p = p.fma(x, constant(x, -1.1008008569478989e-1f));
    p = p.fma(x, constant(x, -6.318260431289673e-1f));
    p = p.fma(x, constant(x, -1.1302334070205688f));
    return p.fma(x, constant(x, 3.201380604878068e-4f));
  }
}
