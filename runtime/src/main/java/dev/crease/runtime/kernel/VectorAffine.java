package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// `y = (x - mean) slope + shift` over spans, by numbers or by spans of factors and shifts.
final class VectorAffine {
  private final VectorLanes lanes;

  VectorAffine(VectorLanes lanes) {
    this.lanes = lanes;
  }

  void numbers(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float shift,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector a = FloatVector.broadcast(s, slope);
    FloatVector b = FloatVector.broadcast(s, shift);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i).sub(mean);
      v.fma(a, b).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail).sub(mean);
      v.fma(a, b).intoArray(y, yOffset + whole, tail);
    }
  }

  void spans(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float[] factor,
      int factorOffset,
      float[] shift,
      int shiftOffset,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i).sub(mean).mul(slope);
      FloatVector a = FloatVector.fromArray(s, factor, factorOffset + i);
      FloatVector b = FloatVector.fromArray(s, shift, shiftOffset + i);
      v.fma(a, b).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail).sub(mean).mul(slope);
      FloatVector a = FloatVector.fromArray(s, factor, factorOffset + whole, tail);
      FloatVector b = FloatVector.fromArray(s, shift, shiftOffset + whole, tail);
      v.fma(a, b).intoArray(y, yOffset + whole, tail);
    }
  }
}
