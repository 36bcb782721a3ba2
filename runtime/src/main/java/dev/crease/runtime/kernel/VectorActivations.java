package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.UnaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The rarer activation functions over spans, as [VectorUnary] has the others: the mask stands in
/// the loop, and the formula once.
final class VectorActivations {
  private static final float ROOT_OF_HALF = (float) Math.sqrt(0.5);
  private static final float ROOT_OF_TWO_OVER_PI = (float) Math.sqrt(2 / Math.PI);

  /// From here on the hyperbolic tangent in Mish is 1 in float32, and no power overflows up to it.
  private static final float LARGE = 20;

  /// `x (1 + erf(x / sqrt(2))) / 2` is above -1.1e-7 from here down.
  private static final float LEAST_GELU = -5.5f;

  private final VectorLanes lanes;

  VectorActivations(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// See [Microkernels#unary].
  void apply(
      UnaryFunction function,
      float alpha,
      float beta,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case CELU -> celu(alpha, x, xOffset, y, yOffset, count);
      case GELU -> gelu(x, xOffset, y, yOffset, count);
      case GELU_TANH -> geluTanh(x, xOffset, y, yOffset, count);
      case MISH -> mish(x, xOffset, y, yOffset, count);
      case SELU -> selu(alpha, beta, x, xOffset, y, yOffset, count);
      case SHRINK -> shrink(alpha, beta, x, xOffset, y, yOffset, count);
      case SOFTSIGN -> softsign(x, xOffset, y, yOffset, count);
      case SWISH -> swish(alpha, x, xOffset, y, yOffset, count);
      case THRESHOLDED_RELU -> thresholdedRelu(alpha, x, xOffset, y, yOffset, count);
      default -> throw new IllegalArgumentException("no vector loop for " + function);
    }
  }

  private void celu(float alpha, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      v.blend(VectorMath.expm1(v.min(0).div(alpha)).mul(alpha), v.lt(0))
          .intoArray(y, yOffset + i, mask);
    }
  }

  /// `1 + erf` is off by units in the last place of 1, so below [#LEAST_GELU] zero is nearer.
  private void gelu(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      FloatVector share = VectorMath.erf(v.mul(ROOT_OF_HALF)).add(1).blend(0, v.lt(LEAST_GELU));
      v.mul(0.5f).mul(share).intoArray(y, yOffset + i, mask);
    }
  }

  private void geluTanh(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      FloatVector argument = v.mul(v).mul(0.044715f).add(1).mul(v).mul(ROOT_OF_TWO_OVER_PI);
      FloatVector tanh = VectorMath.tanh(argument, VectorMath.expm1(argument.abs().mul(-2)));
      v.mul(0.5f).mul(tanh.add(1)).intoArray(y, yOffset + i, mask);
    }
  }

  private void mish(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      // tanh(ln(1 + e)) = e (e + 2) / (e (e + 2) + 2), where e = h^2 may be subnormal and h is not.
      FloatVector h = VectorMath.exp(v.min(LARGE).mul(0.5f));
      FloatVector e = h.mul(h);
      FloatVector two = e.add(2);
      FloatVector share = h.mul(two.div(e.mul(two).add(2)));
      v.mul(share).mul(h).intoArray(y, yOffset + i, mask);
    }
  }

  private void selu(
      float alpha, float beta, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      v.blend(VectorMath.expm1(v.min(0)).mul(alpha), v.lt(0))
          .mul(beta)
          .intoArray(y, yOffset + i, mask);
    }
  }

  private void shrink(
      float alpha, float beta, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      FloatVector above =
          FloatVector.zero(s).blend(v.sub(alpha), v.compare(VectorOperators.GT, beta));
      above.blend(v.add(alpha), v.lt(-beta)).intoArray(y, yOffset + i, mask);
    }
  }

  private void softsign(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      v.div(v.abs().add(1)).intoArray(y, yOffset + i, mask);
    }
  }

  /// `x sigmoid(alpha x)` by way of `e^-|alpha x|` as [VectorMath#exp] has it, written out since it
  /// is what the time of many nets goes to: one factor is enough for what is not to be subnormal,
  /// and the signs of the polynomial spare a negation.
  private void swish(float alpha, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector one = FloatVector.broadcast(s, 1);
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      FloatVector scaled = v.mul(alpha);
      FloatVector a = scaled.abs();
      VectorMask<Float> vanishes = a.compare(VectorOperators.GT, -VectorExponential.LEAST);
      a = a.blend(-VectorExponential.LEAST, vanishes);
      FloatVector rounder = FloatVector.broadcast(s, VectorMath.ROUNDER);
      FloatVector t = a.fma(FloatVector.broadcast(s, -VectorMath.LOG2_E), rounder);
      FloatVector n = t.sub(rounder);
      FloatVector r = n.fma(FloatVector.broadcast(s, VectorMath.LN2_HIGH), a);
      r = n.fma(FloatVector.broadcast(s, VectorMath.LN2_LOW), r);
      FloatVector p =
          r.fma(FloatVector.broadcast(s, -1f / 5040), FloatVector.broadcast(s, 1f / 720));
      p = p.fma(r, FloatVector.broadcast(s, -1f / 120));
      p = p.fma(r, FloatVector.broadcast(s, 1f / 24));
      p = p.fma(r, FloatVector.broadcast(s, -1f / 6));
      p = p.fma(r, FloatVector.broadcast(s, 0.5f));
      p = p.fma(r, FloatVector.broadcast(s, -1));
      p = p.fma(r, one);
      IntVector power = t.reinterpretAsInts().add(VectorExponential.BIAS);
      FloatVector factor = power.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = p.mul(factor).blend(0, vanishes);
      FloatVector share = one.blend(e, scaled.lt(0)).div(e.add(1));
      v.mul(share).intoArray(y, yOffset + i, mask);
    }
  }

  private void thresholdedRelu(
      float alpha, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      FloatVector.zero(s)
          .blend(v, v.compare(VectorOperators.GT, alpha))
          .intoArray(y, yOffset + i, mask);
    }
  }
}
