package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Transcendental functions of float32 vectors. Errors are against the exact value, in units of the
/// result's last place; NaN gives NaN, infinities their limits, subnormal results are right.
///
/// - [#exp]: 2 ulp; [#sigmoid]: 4 ulp; [#expm1] for `x <= 0`: 4 ulp; [#tanh]: 5 ulp; [#erf]: 8 ulp
///
/// Polynomials of the exponential are Taylor's: on the reduced range `|r| <= ln 2 / 2` the first
/// term left out, `r^8 / 8!`, is below 2^-27. The rational function of erf was fitted in 50 digits
/// for the least relative error on [0, 4] (0.4 * 2^-24 before rounding of its coefficients).
final class VectorMath {
  static final float LOG2_E = 1.44269504f;

  /// ln 2 in two parts, the first with few enough bits that its product with an exponent is exact.
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = (float) (Math.log(2) - 0x1.62e4p-1);

  /// Added and subtracted, it rounds to an integer, which then stands in the low bits of the sum.
  static final float ROUNDER = 0x1.8p23f;

  private VectorMath() {}

  /// `e^x`.
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = clip(x, -105f, 89f);
    FloatVector shifted = bounded.fma(constant(x, LOG2_E), constant(x, ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = reduced(bounded, n);
    FloatVector power = polynomial(r).fma(r, constant(x, 1));
    IntVector exponent = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER));
    // Two factors, since the power of two may lie outside the range of normal numbers.
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return power.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
  }

  /// See [Clip].
  static FloatVector clip(FloatVector x, float low, float high) {
    FloatVector least = constant(x, low);
    FloatVector most = constant(x, high);
    FloatVector above = x.blend(least, x.compare(VectorOperators.LE, least));
    return above.blend(most, above.compare(VectorOperators.GT, most));
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

  /// `1 / (1 + e^-x)`, by way of `e = e^-|x|` so that small results keep their digits.
  static FloatVector sigmoid(FloatVector x, FloatVector e) {
    FloatVector numerator = constant(x, 1).blend(e, x.lt(0));
    return numerator.div(e.add(1));
  }

  /// `e^x - 1` for `x <= 0`; what positive arguments give is of no use.
  static FloatVector expm1(FloatVector x) {
    FloatVector bounded = x.blend(-30f, x.lt(-30f));
    FloatVector shifted = bounded.fma(constant(x, LOG2_E), constant(x, ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = reduced(bounded, n);
    FloatVector scale =
        powerOfTwo(shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER)));
    // 2^n (e^r - 1) + (2^n - 1)
    return polynomial(r).mul(r).fma(scale, scale.sub(1));
  }

  /// `tanh |x| = -q / (q + 2)` with `q = e^(-2|x|) - 1`, and `x`'s sign.
  static FloatVector tanh(FloatVector x, FloatVector q) {
    FloatVector magnitude = q.div(q.add(2));
    return withSign(magnitude.abs(), x);
  }

  private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }

  /// The error function as `x P(x^2) / Q(x^2)` on [-4, 4], where it reaches 1.
  static FloatVector erf(FloatVector x) {
    FloatVector bounded = clip(x, -4f, 4f);
    FloatVector square = bounded.mul(bounded);
    FloatVector ratio = bounded.mul(erfNumerator(square)).div(erfDenominator(square));
    return clip(ratio, -1f, 1f);
  }

  private static FloatVector erfNumerator(FloatVector t) {
    FloatVector p = constant(t, 1.9868305116688134e-06f);
    p = p.fma(t, constant(t, 0.00028455391293391585f));
    p = p.fma(t, constant(t, 0.0038829001132398844f));
    p = p.fma(t, constant(t, 0.0531003512442112f));
    p = p.fma(t, constant(t, 0.19353501498699188f));
    return p.fma(t, constant(t, 1.1283791065216064f));
  }

  private static FloatVector erfDenominator(FloatVector t) {
    FloatVector p = constant(t, 3.742004992091097e-05f);
    p = p.fma(t, constant(t, 0.0011854601325467229f));
    p = p.fma(t, constant(t, 0.015206356532871723f));
    p = p.fma(t, constant(t, 0.1153457909822464f));
    p = p.fma(t, constant(t, 0.5048484802246094f));
    return p.fma(t, constant(t, 1.0f));
  }
}
