package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `y[i] = e^(x[i] - shift)` for `x[i] <= shift`, two vectors at a time, since each is one long
/// chain of operations; the formula is that of [VectorMath#exp], of which one factor is enough
/// here.
///
/// It calls no other methods than those of vectors, which the JIT compiler inlines in any case: a
/// method that it no longer inlines, because its caller has become large, would box every vector.
final class VectorExponential {
  /// Below, the result is smaller than the least normal number: zero. To compute with subnormal
  /// numbers takes many times as long, and where a mask hides most of a row they are most of it.
  static final float LEAST = -87.33654f;

  /// Turns the bits of a sum with [VectorMath#ROUNDER] into those of an exponent.
  static final int BIAS = 127 - Float.floatToRawIntBits(VectorMath.ROUNDER);

  private final VectorLanes lanes;

  VectorExponential(VectorLanes lanes) {
    this.lanes = lanes;
  }

  void apply(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    for (int i = 0; i < count; i += 2 * l) {
      VectorMask<Float> vMask = s.indexInRange(i, count);
      VectorMask<Float> wMask = s.indexInRange(i + l, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, vMask).sub(shift);
      FloatVector w = FloatVector.fromArray(s, x, xOffset + i + l, wMask).sub(shift);
      VectorMask<Float> vVanishes = v.lt(LEAST);
      VectorMask<Float> wVanishes = w.lt(LEAST);
      v = v.blend(LEAST, vVanishes);
      w = w.blend(LEAST, wVanishes);
      FloatVector t = v.fma(VectorMath.LOG2_E, VectorMath.ROUNDER);
      FloatVector u = w.fma(VectorMath.LOG2_E, VectorMath.ROUNDER);
      FloatVector m = t.sub(VectorMath.ROUNDER);
      FloatVector n = u.sub(VectorMath.ROUNDER);
      FloatVector high = FloatVector.broadcast(s, -VectorMath.LN2_HIGH);
      v = m.fma(high, v);
      w = n.fma(high, w);
      FloatVector low = FloatVector.broadcast(s, -VectorMath.LN2_LOW);
      v = m.fma(low, v);
      w = n.fma(low, w);
      FloatVector p = v.fma(1f / 5040, 1f / 720);
      FloatVector q = w.fma(1f / 5040, 1f / 720);
      FloatVector c = FloatVector.broadcast(s, 1f / 120);
      p = p.fma(v, c);
      q = q.fma(w, c);
      c = FloatVector.broadcast(s, 1f / 24);
      p = p.fma(v, c);
      q = q.fma(w, c);
      c = FloatVector.broadcast(s, 1f / 6);
      p = p.fma(v, c);
      q = q.fma(w, c);
      c = FloatVector.broadcast(s, 0.5f);
      p = p.fma(v, c);
      q = q.fma(w, c);
      c = FloatVector.broadcast(s, 1);
      p = p.fma(v, c);
      q = q.fma(w, c);
      p = p.fma(v, c);
      q = q.fma(w, c);
      IntVector e = t.reinterpretAsInts().add(BIAS).lanewise(VectorOperators.LSHL, 23);
      IntVector f = u.reinterpretAsInts().add(BIAS).lanewise(VectorOperators.LSHL, 23);
      p = p.mul(e.reinterpretAsFloats()).blend(0, vVanishes);
      q = q.mul(f.reinterpretAsFloats()).blend(0, wVanishes);
      p.intoArray(y, yOffset + i, vMask);
      q.intoArray(y, yOffset + i + l, wMask);
    }
  }
}
