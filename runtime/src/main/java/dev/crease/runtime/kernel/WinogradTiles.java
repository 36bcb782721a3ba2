package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The one-dimensional transforms of [dev.crease.runtime.plan.Winograd] on pixels of one vector
/// each.
///
/// Points come in pairs of either sign, which share the even and the odd part of their polynomials.
/// One method a transform, one loop a method: more of them in one are not compiled to vector code.
final class WinogradTiles {
  private static final float P = WinogradLoops.P;
  private static final float Q = WinogradLoops.Q;

  private final VectorLanes lanes;

  WinogradTiles(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// `y = B^T x` of F(4 x 4): six pixels to six.
  void input4(
      float[] x,
      int xOffset,
      int xStep,
      int xNext,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector outer = FloatVector.broadcast(s, -(P * P + Q * Q));
    FloatVector product = FloatVector.broadcast(s, P * P * Q * Q);
    FloatVector minusPp = FloatVector.broadcast(s, -P * P);
    FloatVector minusQq = FloatVector.broadcast(s, -Q * Q);
    FloatVector p = FloatVector.broadcast(s, P);
    FloatVector minusP = FloatVector.broadcast(s, -P);
    FloatVector q = FloatVector.broadcast(s, Q);
    FloatVector minusQ = FloatVector.broadcast(s, -Q);
    for (int k = 0; k < count; k++) {
      int i = xOffset + k * xNext;
      int o = yOffset + k * yNext;
      FloatVector x0 = FloatVector.fromArray(s, x, i);
      FloatVector x1 = FloatVector.fromArray(s, x, i + xStep);
      FloatVector x2 = FloatVector.fromArray(s, x, i + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(s, x, i + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(s, x, i + 4 * xStep);
      FloatVector x5 = FloatVector.fromArray(s, x, i + 5 * xStep);
      x0.fma(product, x2.fma(outer, x4)).intoArray(y, o);
      FloatVector even = x2.fma(minusQq, x4);
      FloatVector odd = x1.fma(minusQq, x3);
      odd.fma(p, even).intoArray(y, o + yStep);
      odd.fma(minusP, even).intoArray(y, o + 2 * yStep);
      even = x2.fma(minusPp, x4);
      odd = x1.fma(minusPp, x3);
      odd.fma(q, even).intoArray(y, o + 3 * yStep);
      odd.fma(minusQ, even).intoArray(y, o + 4 * yStep);
      x1.fma(product, x3.fma(outer, x5)).intoArray(y, o + 5 * yStep);
    }
  }

  /// `y = B^T x` of F(2 x 2): four pixels to four.
  void input2(
      float[] x,
      int xOffset,
      int xStep,
      int xNext,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int k = 0; k < count; k++) {
      int i = xOffset + k * xNext;
      int o = yOffset + k * yNext;
      FloatVector x0 = FloatVector.fromArray(s, x, i);
      FloatVector x1 = FloatVector.fromArray(s, x, i + xStep);
      FloatVector x2 = FloatVector.fromArray(s, x, i + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(s, x, i + 3 * xStep);
      x2.sub(x0).intoArray(y, o);
      x2.add(x1).intoArray(y, o + yStep);
      x2.sub(x1).intoArray(y, o + 2 * yStep);
      x3.sub(x1).intoArray(y, o + 3 * yStep);
    }
  }

  /// `y = A^T m + bias` of F(4 x 4): six pixels to four.
  void output4(
      float[] m,
      int mOffset,
      int mStep,
      int mNext,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector shift = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p = FloatVector.broadcast(s, P);
    FloatVector pp = FloatVector.broadcast(s, P * P);
    FloatVector ppp = FloatVector.broadcast(s, P * P * P);
    FloatVector q = FloatVector.broadcast(s, Q);
    FloatVector qq = FloatVector.broadcast(s, Q * Q);
    FloatVector qqq = FloatVector.broadcast(s, Q * Q * Q);
    for (int k = 0; k < count; k++) {
      int i = mOffset + k * mNext;
      int o = yOffset + k * yNext;
      FloatVector m0 = FloatVector.fromArray(s, m, i);
      FloatVector m1 = FloatVector.fromArray(s, m, i + mStep);
      FloatVector m2 = FloatVector.fromArray(s, m, i + 2 * mStep);
      FloatVector m3 = FloatVector.fromArray(s, m, i + 3 * mStep);
      FloatVector m4 = FloatVector.fromArray(s, m, i + 4 * mStep);
      FloatVector m5 = FloatVector.fromArray(s, m, i + 5 * mStep);
      FloatVector evenP = m1.add(m2);
      FloatVector oddP = m1.sub(m2);
      FloatVector evenQ = m3.add(m4);
      FloatVector oddQ = m3.sub(m4);
      m0.add(evenP).add(evenQ).add(shift).intoArray(y, o);
      oddQ.fma(q, oddP.fma(p, shift)).intoArray(y, o + yStep);
      evenQ.fma(qq, evenP.fma(pp, shift)).intoArray(y, o + 2 * yStep);
      oddQ.fma(qqq, oddP.fma(ppp, m5.add(shift))).intoArray(y, o + 3 * yStep);
    }
  }

  /// `y = A^T m + bias` of F(2 x 2): four pixels to two.
  void output2(
      float[] m,
      int mOffset,
      int mStep,
      int mNext,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector shift = FloatVector.fromArray(s, bias, biasOffset);
    for (int k = 0; k < count; k++) {
      int i = mOffset + k * mNext;
      int o = yOffset + k * yNext;
      FloatVector m0 = FloatVector.fromArray(s, m, i);
      FloatVector m1 = FloatVector.fromArray(s, m, i + mStep);
      FloatVector m2 = FloatVector.fromArray(s, m, i + 2 * mStep);
      FloatVector m3 = FloatVector.fromArray(s, m, i + 3 * mStep);
      m0.add(m1).add(m2).add(shift).intoArray(y, o);
      m1.sub(m2).add(m3).add(shift).intoArray(y, o + yStep);
    }
  }
}
