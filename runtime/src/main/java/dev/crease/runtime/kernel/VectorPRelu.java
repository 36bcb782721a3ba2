package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// `y = a < 0 ? a b : a` over spans, where the slope `b` is a span too or one vector that stays.
final class VectorPRelu {
  private final VectorLanes lanes;

  VectorPRelu(VectorLanes lanes) {
    this.lanes = lanes;
  }

  void spans(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      sloped(v, FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      sloped(v, w).intoArray(y, yOffset + whole, tail);
    }
  }

  void vector(float[] a, int aOffset, FloatVector slope, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      sloped(v, slope).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      sloped(v, slope).intoArray(y, yOffset + whole, tail);
    }
  }

  private static FloatVector sloped(FloatVector v, FloatVector slope) {
    return v.blend(v.mul(slope), v.compare(VectorOperators.LT, 0f));
  }
}
