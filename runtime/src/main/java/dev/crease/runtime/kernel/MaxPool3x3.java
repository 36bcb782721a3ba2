package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Rows of max pooling over windows of 3 by 3 taps, each next to the other: tiles of seven
/// neighbouring pixels, which share the maxima of the columns they have in common.
///
/// A maximum that heeds NaN takes four times as long as a comparison and a move. So these are
/// taken, and the inputs added up times zero: a sum that is NaN tells that an input may be.
final class MaxPool3x3 {
  private final VectorLanes lanes;

  MaxPool3x3(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// Stride 1: tiles from `first` up to one that may hold NaN, or the last.
  ///
  /// @return the tile not computed, or `tiles`
  int stride1(
      PoolGeometry geometry, float[] x, int xOffset, float[] y, int yOffset, int first, int tiles) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector zero = FloatVector.zero(s);
    for (int tile = first; tile < tiles; tile++) {
      int a = xOffset + tile * 7 * l;
      int b = a + geometry.rowStep();
      int c = b + geometry.rowStep();
      FloatVector even = zero;
      FloatVector odd = zero;
      FloatVector a0 = FloatVector.fromArray(s, x, a);
      FloatVector b0 = FloatVector.fromArray(s, x, b);
      FloatVector c0 = FloatVector.fromArray(s, x, c);
      even = a0.add(b0).add(c0).fma(zero, even);
      FloatVector m0 = a0.blend(b0, b0.compare(VectorOperators.GT, a0));
      m0 = m0.blend(c0, c0.compare(VectorOperators.GT, m0));
      FloatVector a1 = FloatVector.fromArray(s, x, a + l);
      FloatVector b1 = FloatVector.fromArray(s, x, b + l);
      FloatVector c1 = FloatVector.fromArray(s, x, c + l);
      odd = a1.add(b1).add(c1).fma(zero, odd);
      FloatVector m1 = a1.blend(b1, b1.compare(VectorOperators.GT, a1));
      m1 = m1.blend(c1, c1.compare(VectorOperators.GT, m1));
      FloatVector a2 = FloatVector.fromArray(s, x, a + 2 * l);
      FloatVector b2 = FloatVector.fromArray(s, x, b + 2 * l);
      FloatVector c2 = FloatVector.fromArray(s, x, c + 2 * l);
      even = a2.add(b2).add(c2).fma(zero, even);
      FloatVector m2 = a2.blend(b2, b2.compare(VectorOperators.GT, a2));
      m2 = m2.blend(c2, c2.compare(VectorOperators.GT, m2));
      FloatVector a3 = FloatVector.fromArray(s, x, a + 3 * l);
      FloatVector b3 = FloatVector.fromArray(s, x, b + 3 * l);
      FloatVector c3 = FloatVector.fromArray(s, x, c + 3 * l);
      odd = a3.add(b3).add(c3).fma(zero, odd);
      FloatVector m3 = a3.blend(b3, b3.compare(VectorOperators.GT, a3));
      m3 = m3.blend(c3, c3.compare(VectorOperators.GT, m3));
      FloatVector a4 = FloatVector.fromArray(s, x, a + 4 * l);
      FloatVector b4 = FloatVector.fromArray(s, x, b + 4 * l);
      FloatVector c4 = FloatVector.fromArray(s, x, c + 4 * l);
      even = a4.add(b4).add(c4).fma(zero, even);
      FloatVector m4 = a4.blend(b4, b4.compare(VectorOperators.GT, a4));
      m4 = m4.blend(c4, c4.compare(VectorOperators.GT, m4));
      FloatVector a5 = FloatVector.fromArray(s, x, a + 5 * l);
      FloatVector b5 = FloatVector.fromArray(s, x, b + 5 * l);
      FloatVector c5 = FloatVector.fromArray(s, x, c + 5 * l);
      odd = a5.add(b5).add(c5).fma(zero, odd);
      FloatVector m5 = a5.blend(b5, b5.compare(VectorOperators.GT, a5));
      m5 = m5.blend(c5, c5.compare(VectorOperators.GT, m5));
      FloatVector a6 = FloatVector.fromArray(s, x, a + 6 * l);
      FloatVector b6 = FloatVector.fromArray(s, x, b + 6 * l);
      FloatVector c6 = FloatVector.fromArray(s, x, c + 6 * l);
      even = a6.add(b6).add(c6).fma(zero, even);
      FloatVector m6 = a6.blend(b6, b6.compare(VectorOperators.GT, a6));
      m6 = m6.blend(c6, c6.compare(VectorOperators.GT, m6));
      FloatVector a7 = FloatVector.fromArray(s, x, a + 7 * l);
      FloatVector b7 = FloatVector.fromArray(s, x, b + 7 * l);
      FloatVector c7 = FloatVector.fromArray(s, x, c + 7 * l);
      odd = a7.add(b7).add(c7).fma(zero, odd);
      FloatVector m7 = a7.blend(b7, b7.compare(VectorOperators.GT, a7));
      m7 = m7.blend(c7, c7.compare(VectorOperators.GT, m7));
      FloatVector a8 = FloatVector.fromArray(s, x, a + 8 * l);
      FloatVector b8 = FloatVector.fromArray(s, x, b + 8 * l);
      FloatVector c8 = FloatVector.fromArray(s, x, c + 8 * l);
      even = a8.add(b8).add(c8).fma(zero, even);
      FloatVector m8 = a8.blend(b8, b8.compare(VectorOperators.GT, a8));
      m8 = m8.blend(c8, c8.compare(VectorOperators.GT, m8));
      FloatVector doubt = even.add(odd);
      if (doubt.compare(VectorOperators.NE, doubt).anyTrue()) {
        return tile;
      }
      int out = yOffset + tile * 7 * l;
      FloatVector p0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
      p0 = p0.blend(m2, m2.compare(VectorOperators.GT, p0));
      p0.add(zero).intoArray(y, out);
      FloatVector p1 = m1.blend(m2, m2.compare(VectorOperators.GT, m1));
      p1 = p1.blend(m3, m3.compare(VectorOperators.GT, p1));
      p1.add(zero).intoArray(y, out + l);
      FloatVector p2 = m2.blend(m3, m3.compare(VectorOperators.GT, m2));
      p2 = p2.blend(m4, m4.compare(VectorOperators.GT, p2));
      p2.add(zero).intoArray(y, out + 2 * l);
      FloatVector p3 = m3.blend(m4, m4.compare(VectorOperators.GT, m3));
      p3 = p3.blend(m5, m5.compare(VectorOperators.GT, p3));
      p3.add(zero).intoArray(y, out + 3 * l);
      FloatVector p4 = m4.blend(m5, m5.compare(VectorOperators.GT, m4));
      p4 = p4.blend(m6, m6.compare(VectorOperators.GT, p4));
      p4.add(zero).intoArray(y, out + 4 * l);
      FloatVector p5 = m5.blend(m6, m6.compare(VectorOperators.GT, m5));
      p5 = p5.blend(m7, m7.compare(VectorOperators.GT, p5));
      p5.add(zero).intoArray(y, out + 5 * l);
      FloatVector p6 = m6.blend(m7, m7.compare(VectorOperators.GT, m6));
      p6 = p6.blend(m8, m8.compare(VectorOperators.GT, p6));
      p6.add(zero).intoArray(y, out + 6 * l);
    }
    return tiles;
  }

  /// Stride 2: tiles from `first` up to one that may hold NaN, or the last.
  ///
  /// @return the tile not computed, or `tiles`
  int stride2(
      PoolGeometry geometry, float[] x, int xOffset, float[] y, int yOffset, int first, int tiles) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector zero = FloatVector.zero(s);
    for (int tile = first; tile < tiles; tile++) {
      int a = xOffset + tile * 14 * l;
      int b = a + geometry.rowStep();
      int c = b + geometry.rowStep();
      FloatVector even = zero;
      FloatVector odd = zero;
      FloatVector a0 = FloatVector.fromArray(s, x, a);
      FloatVector b0 = FloatVector.fromArray(s, x, b);
      FloatVector c0 = FloatVector.fromArray(s, x, c);
      even = a0.add(b0).add(c0).fma(zero, even);
      FloatVector m0 = a0.blend(b0, b0.compare(VectorOperators.GT, a0));
      m0 = m0.blend(c0, c0.compare(VectorOperators.GT, m0));
      FloatVector a1 = FloatVector.fromArray(s, x, a + l);
      FloatVector b1 = FloatVector.fromArray(s, x, b + l);
      FloatVector c1 = FloatVector.fromArray(s, x, c + l);
      odd = a1.add(b1).add(c1).fma(zero, odd);
      FloatVector m1 = a1.blend(b1, b1.compare(VectorOperators.GT, a1));
      m1 = m1.blend(c1, c1.compare(VectorOperators.GT, m1));
      FloatVector a2 = FloatVector.fromArray(s, x, a + 2 * l);
      FloatVector b2 = FloatVector.fromArray(s, x, b + 2 * l);
      FloatVector c2 = FloatVector.fromArray(s, x, c + 2 * l);
      even = a2.add(b2).add(c2).fma(zero, even);
      FloatVector m2 = a2.blend(b2, b2.compare(VectorOperators.GT, a2));
      m2 = m2.blend(c2, c2.compare(VectorOperators.GT, m2));
      FloatVector a3 = FloatVector.fromArray(s, x, a + 3 * l);
      FloatVector b3 = FloatVector.fromArray(s, x, b + 3 * l);
      FloatVector c3 = FloatVector.fromArray(s, x, c + 3 * l);
      odd = a3.add(b3).add(c3).fma(zero, odd);
      FloatVector m3 = a3.blend(b3, b3.compare(VectorOperators.GT, a3));
      m3 = m3.blend(c3, c3.compare(VectorOperators.GT, m3));
      FloatVector a4 = FloatVector.fromArray(s, x, a + 4 * l);
      FloatVector b4 = FloatVector.fromArray(s, x, b + 4 * l);
      FloatVector c4 = FloatVector.fromArray(s, x, c + 4 * l);
      even = a4.add(b4).add(c4).fma(zero, even);
      FloatVector m4 = a4.blend(b4, b4.compare(VectorOperators.GT, a4));
      m4 = m4.blend(c4, c4.compare(VectorOperators.GT, m4));
      FloatVector a5 = FloatVector.fromArray(s, x, a + 5 * l);
      FloatVector b5 = FloatVector.fromArray(s, x, b + 5 * l);
      FloatVector c5 = FloatVector.fromArray(s, x, c + 5 * l);
      odd = a5.add(b5).add(c5).fma(zero, odd);
      FloatVector m5 = a5.blend(b5, b5.compare(VectorOperators.GT, a5));
      m5 = m5.blend(c5, c5.compare(VectorOperators.GT, m5));
      FloatVector a6 = FloatVector.fromArray(s, x, a + 6 * l);
      FloatVector b6 = FloatVector.fromArray(s, x, b + 6 * l);
      FloatVector c6 = FloatVector.fromArray(s, x, c + 6 * l);
      even = a6.add(b6).add(c6).fma(zero, even);
      FloatVector m6 = a6.blend(b6, b6.compare(VectorOperators.GT, a6));
      m6 = m6.blend(c6, c6.compare(VectorOperators.GT, m6));
      FloatVector a7 = FloatVector.fromArray(s, x, a + 7 * l);
      FloatVector b7 = FloatVector.fromArray(s, x, b + 7 * l);
      FloatVector c7 = FloatVector.fromArray(s, x, c + 7 * l);
      odd = a7.add(b7).add(c7).fma(zero, odd);
      FloatVector m7 = a7.blend(b7, b7.compare(VectorOperators.GT, a7));
      m7 = m7.blend(c7, c7.compare(VectorOperators.GT, m7));
      FloatVector a8 = FloatVector.fromArray(s, x, a + 8 * l);
      FloatVector b8 = FloatVector.fromArray(s, x, b + 8 * l);
      FloatVector c8 = FloatVector.fromArray(s, x, c + 8 * l);
      even = a8.add(b8).add(c8).fma(zero, even);
      FloatVector m8 = a8.blend(b8, b8.compare(VectorOperators.GT, a8));
      m8 = m8.blend(c8, c8.compare(VectorOperators.GT, m8));
      FloatVector a9 = FloatVector.fromArray(s, x, a + 9 * l);
      FloatVector b9 = FloatVector.fromArray(s, x, b + 9 * l);
      FloatVector c9 = FloatVector.fromArray(s, x, c + 9 * l);
      odd = a9.add(b9).add(c9).fma(zero, odd);
      FloatVector m9 = a9.blend(b9, b9.compare(VectorOperators.GT, a9));
      m9 = m9.blend(c9, c9.compare(VectorOperators.GT, m9));
      FloatVector a10 = FloatVector.fromArray(s, x, a + 10 * l);
      FloatVector b10 = FloatVector.fromArray(s, x, b + 10 * l);
      FloatVector c10 = FloatVector.fromArray(s, x, c + 10 * l);
      even = a10.add(b10).add(c10).fma(zero, even);
      FloatVector m10 = a10.blend(b10, b10.compare(VectorOperators.GT, a10));
      m10 = m10.blend(c10, c10.compare(VectorOperators.GT, m10));
      FloatVector a11 = FloatVector.fromArray(s, x, a + 11 * l);
      FloatVector b11 = FloatVector.fromArray(s, x, b + 11 * l);
      FloatVector c11 = FloatVector.fromArray(s, x, c + 11 * l);
      odd = a11.add(b11).add(c11).fma(zero, odd);
      FloatVector m11 = a11.blend(b11, b11.compare(VectorOperators.GT, a11));
      m11 = m11.blend(c11, c11.compare(VectorOperators.GT, m11));
      FloatVector a12 = FloatVector.fromArray(s, x, a + 12 * l);
      FloatVector b12 = FloatVector.fromArray(s, x, b + 12 * l);
      FloatVector c12 = FloatVector.fromArray(s, x, c + 12 * l);
      even = a12.add(b12).add(c12).fma(zero, even);
      FloatVector m12 = a12.blend(b12, b12.compare(VectorOperators.GT, a12));
      m12 = m12.blend(c12, c12.compare(VectorOperators.GT, m12));
      FloatVector a13 = FloatVector.fromArray(s, x, a + 13 * l);
      FloatVector b13 = FloatVector.fromArray(s, x, b + 13 * l);
      FloatVector c13 = FloatVector.fromArray(s, x, c + 13 * l);
      odd = a13.add(b13).add(c13).fma(zero, odd);
      FloatVector m13 = a13.blend(b13, b13.compare(VectorOperators.GT, a13));
      m13 = m13.blend(c13, c13.compare(VectorOperators.GT, m13));
      FloatVector a14 = FloatVector.fromArray(s, x, a + 14 * l);
      FloatVector b14 = FloatVector.fromArray(s, x, b + 14 * l);
      FloatVector c14 = FloatVector.fromArray(s, x, c + 14 * l);
      even = a14.add(b14).add(c14).fma(zero, even);
      FloatVector m14 = a14.blend(b14, b14.compare(VectorOperators.GT, a14));
      m14 = m14.blend(c14, c14.compare(VectorOperators.GT, m14));
      FloatVector doubt = even.add(odd);
      if (doubt.compare(VectorOperators.NE, doubt).anyTrue()) {
        return tile;
      }
      int out = yOffset + tile * 7 * l;
      FloatVector p0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
      p0 = p0.blend(m2, m2.compare(VectorOperators.GT, p0));
      p0.add(zero).intoArray(y, out);
      FloatVector p1 = m2.blend(m3, m3.compare(VectorOperators.GT, m2));
      p1 = p1.blend(m4, m4.compare(VectorOperators.GT, p1));
      p1.add(zero).intoArray(y, out + l);
      FloatVector p2 = m4.blend(m5, m5.compare(VectorOperators.GT, m4));
      p2 = p2.blend(m6, m6.compare(VectorOperators.GT, p2));
      p2.add(zero).intoArray(y, out + 2 * l);
      FloatVector p3 = m6.blend(m7, m7.compare(VectorOperators.GT, m6));
      p3 = p3.blend(m8, m8.compare(VectorOperators.GT, p3));
      p3.add(zero).intoArray(y, out + 3 * l);
      FloatVector p4 = m8.blend(m9, m9.compare(VectorOperators.GT, m8));
      p4 = p4.blend(m10, m10.compare(VectorOperators.GT, p4));
      p4.add(zero).intoArray(y, out + 4 * l);
      FloatVector p5 = m10.blend(m11, m11.compare(VectorOperators.GT, m10));
      p5 = p5.blend(m12, m12.compare(VectorOperators.GT, p5));
      p5.add(zero).intoArray(y, out + 5 * l);
      FloatVector p6 = m12.blend(m13, m13.compare(VectorOperators.GT, m12));
      p6 = p6.blend(m14, m14.compare(VectorOperators.GT, p6));
      p6.add(zero).intoArray(y, out + 6 * l);
    }
    return tiles;
  }
}
