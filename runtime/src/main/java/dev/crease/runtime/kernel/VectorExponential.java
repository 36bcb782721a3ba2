package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `y[i] = e^(x[i] - shift)`, as [VectorMath#exp] computes it bit for bit, two vectors at a time:
/// each is one long chain of operations.
///
/// The formula is written out, without calls of other methods than those of vectors, which the JIT
/// compiler inlines in any case: a method that it no longer inlines, because its caller has become
/// large, would box every vector.
final class VectorExponential {
  private final VectorLanes lanes;

  VectorExponential(VectorLanes lanes) {
    this.lanes = lanes;
  }

  void apply(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    int l = lanes.species().length();
    int pairs = count / (2 * l) * (2 * l);
    pairs(x, xOffset, shift, y, yOffset, pairs);
    for (int i = pairs; i < count; i += l) {
      last(x, xOffset + i, shift, y, yOffset + i, count - i);
    }
  }

  /// At most one vector.
  private void last(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    VectorMask<Float> mask = lanes.species().indexInRange(0, count);
    FloatVector v = FloatVector.fromArray(lanes.species(), x, xOffset, mask);
    VectorMath.exp(v.sub(shift)).intoArray(y, yOffset, mask);
  }

  private void pairs(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector log2E = FloatVector.broadcast(s, VectorMath.LOG2_E);
    FloatVector rounder = FloatVector.broadcast(s, VectorMath.ROUNDER);
    FloatVector high = FloatVector.broadcast(s, -VectorMath.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(s, -VectorMath.LN2_LOW);
    FloatVector c7 = FloatVector.broadcast(s, 1f / 5040);
    FloatVector c6 = FloatVector.broadcast(s, 1f / 720);
    FloatVector c5 = FloatVector.broadcast(s, 1f / 120);
    FloatVector c4 = FloatVector.broadcast(s, 1f / 24);
    FloatVector c3 = FloatVector.broadcast(s, 1f / 6);
    FloatVector c2 = FloatVector.broadcast(s, 0.5f);
    FloatVector c1 = FloatVector.broadcast(s, 1f);
    for (int i = 0; i < count; i += 2 * l) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i).sub(shift).max(-105f).min(89f);
      FloatVector w = FloatVector.fromArray(s, x, xOffset + i + l).sub(shift).max(-105f).min(89f);
      FloatVector t = v.fma(log2E, rounder);
      FloatVector u = w.fma(log2E, rounder);
      FloatVector m = t.sub(rounder);
      FloatVector n = u.sub(rounder);
      v = m.fma(low, m.fma(high, v));
      w = n.fma(low, n.fma(high, w));
      FloatVector p = c7.fma(v, c6);
      FloatVector q = c7.fma(w, c6);
      p = p.fma(v, c5);
      q = q.fma(w, c5);
      p = p.fma(v, c4);
      q = q.fma(w, c4);
      p = p.fma(v, c3);
      q = q.fma(w, c3);
      p = p.fma(v, c2);
      q = q.fma(w, c2);
      p = p.fma(v, c1).fma(v, c1);
      q = q.fma(w, c1).fma(w, c1);
      IntVector e = t.reinterpretAsInts().sub(Float.floatToRawIntBits(VectorMath.ROUNDER));
      IntVector f = u.reinterpretAsInts().sub(Float.floatToRawIntBits(VectorMath.ROUNDER));
      IntVector g = e.lanewise(VectorOperators.ASHR, 1);
      IntVector h = f.lanewise(VectorOperators.ASHR, 1);
      e = e.sub(g);
      f = f.sub(h);
      p = p.mul(g.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      q = q.mul(h.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      p = p.mul(e.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      q = q.mul(f.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      p.intoArray(y, yOffset + i);
      q.intoArray(y, yOffset + i + l);
    }
  }
}
