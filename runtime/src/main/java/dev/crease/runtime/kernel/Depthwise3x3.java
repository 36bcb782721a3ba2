package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Rows of depthwise convolutions with a kernel of 3 by 3, for machines whose registers hold its
/// nine weights beside seven sums: they are loaded once a row. Each output adds its taps in order.
final class Depthwise3x3 {
  private final VectorLanes lanes;

  Depthwise3x3(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// Runs of seven neighbouring pixels, `tiles` of them.
  void stride1(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int tiles) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int first = xOffset + geometry.rows()[0];
    int second = xOffset + geometry.rows()[1];
    int third = xOffset + geometry.rows()[2];
    FloatVector aw0 = FloatVector.fromArray(s, weights, weightOffset);
    FloatVector aw1 = FloatVector.fromArray(s, weights, weightOffset + l);
    FloatVector aw2 = FloatVector.fromArray(s, weights, weightOffset + 2 * l);
    FloatVector bw0 = FloatVector.fromArray(s, weights, weightOffset + 3 * l);
    FloatVector bw1 = FloatVector.fromArray(s, weights, weightOffset + 4 * l);
    FloatVector bw2 = FloatVector.fromArray(s, weights, weightOffset + 5 * l);
    FloatVector cw0 = FloatVector.fromArray(s, weights, weightOffset + 6 * l);
    FloatVector cw1 = FloatVector.fromArray(s, weights, weightOffset + 7 * l);
    FloatVector cw2 = FloatVector.fromArray(s, weights, weightOffset + 8 * l);
    FloatVector shift = FloatVector.fromArray(s, bias, biasOffset);
    boolean clips = !geometry.clip().isNone();
    FloatVector least = FloatVector.broadcast(s, geometry.clip().low());
    FloatVector most = FloatVector.broadcast(s, geometry.clip().high());
    for (int tile = 0; tile < tiles; tile++) {
      int a = first + tile * 7 * l;
      int b = second + tile * 7 * l;
      int c = third + tile * 7 * l;
      FloatVector p0 = shift;
      FloatVector p1 = shift;
      FloatVector p2 = shift;
      FloatVector p3 = shift;
      FloatVector p4 = shift;
      FloatVector p5 = shift;
      FloatVector p6 = shift;
      FloatVector a0 = FloatVector.fromArray(s, x, a);
      p0 = a0.fma(aw0, p0);
      FloatVector a1 = FloatVector.fromArray(s, x, a + l);
      p0 = a1.fma(aw1, p0);
      p1 = a1.fma(aw0, p1);
      FloatVector a2 = FloatVector.fromArray(s, x, a + 2 * l);
      p0 = a2.fma(aw2, p0);
      p1 = a2.fma(aw1, p1);
      p2 = a2.fma(aw0, p2);
      FloatVector a3 = FloatVector.fromArray(s, x, a + 3 * l);
      p1 = a3.fma(aw2, p1);
      p2 = a3.fma(aw1, p2);
      p3 = a3.fma(aw0, p3);
      FloatVector a4 = FloatVector.fromArray(s, x, a + 4 * l);
      p2 = a4.fma(aw2, p2);
      p3 = a4.fma(aw1, p3);
      p4 = a4.fma(aw0, p4);
      FloatVector a5 = FloatVector.fromArray(s, x, a + 5 * l);
      p3 = a5.fma(aw2, p3);
      p4 = a5.fma(aw1, p4);
      p5 = a5.fma(aw0, p5);
      FloatVector a6 = FloatVector.fromArray(s, x, a + 6 * l);
      p4 = a6.fma(aw2, p4);
      p5 = a6.fma(aw1, p5);
      p6 = a6.fma(aw0, p6);
      FloatVector a7 = FloatVector.fromArray(s, x, a + 7 * l);
      p5 = a7.fma(aw2, p5);
      p6 = a7.fma(aw1, p6);
      FloatVector a8 = FloatVector.fromArray(s, x, a + 8 * l);
      p6 = a8.fma(aw2, p6);
      FloatVector b0 = FloatVector.fromArray(s, x, b);
      p0 = b0.fma(bw0, p0);
      FloatVector b1 = FloatVector.fromArray(s, x, b + l);
      p0 = b1.fma(bw1, p0);
      p1 = b1.fma(bw0, p1);
      FloatVector b2 = FloatVector.fromArray(s, x, b + 2 * l);
      p0 = b2.fma(bw2, p0);
      p1 = b2.fma(bw1, p1);
      p2 = b2.fma(bw0, p2);
      FloatVector b3 = FloatVector.fromArray(s, x, b + 3 * l);
      p1 = b3.fma(bw2, p1);
      p2 = b3.fma(bw1, p2);
      p3 = b3.fma(bw0, p3);
      FloatVector b4 = FloatVector.fromArray(s, x, b + 4 * l);
      p2 = b4.fma(bw2, p2);
      p3 = b4.fma(bw1, p3);
      p4 = b4.fma(bw0, p4);
      FloatVector b5 = FloatVector.fromArray(s, x, b + 5 * l);
      p3 = b5.fma(bw2, p3);
      p4 = b5.fma(bw1, p4);
      p5 = b5.fma(bw0, p5);
      FloatVector b6 = FloatVector.fromArray(s, x, b + 6 * l);
      p4 = b6.fma(bw2, p4);
      p5 = b6.fma(bw1, p5);
      p6 = b6.fma(bw0, p6);
      FloatVector b7 = FloatVector.fromArray(s, x, b + 7 * l);
      p5 = b7.fma(bw2, p5);
      p6 = b7.fma(bw1, p6);
      FloatVector b8 = FloatVector.fromArray(s, x, b + 8 * l);
      p6 = b8.fma(bw2, p6);
      FloatVector c0 = FloatVector.fromArray(s, x, c);
      p0 = c0.fma(cw0, p0);
      FloatVector c1 = FloatVector.fromArray(s, x, c + l);
      p0 = c1.fma(cw1, p0);
      p1 = c1.fma(cw0, p1);
      FloatVector c2 = FloatVector.fromArray(s, x, c + 2 * l);
      p0 = c2.fma(cw2, p0);
      p1 = c2.fma(cw1, p1);
      p2 = c2.fma(cw0, p2);
      FloatVector c3 = FloatVector.fromArray(s, x, c + 3 * l);
      p1 = c3.fma(cw2, p1);
      p2 = c3.fma(cw1, p2);
      p3 = c3.fma(cw0, p3);
      FloatVector c4 = FloatVector.fromArray(s, x, c + 4 * l);
      p2 = c4.fma(cw2, p2);
      p3 = c4.fma(cw1, p3);
      p4 = c4.fma(cw0, p4);
      FloatVector c5 = FloatVector.fromArray(s, x, c + 5 * l);
      p3 = c5.fma(cw2, p3);
      p4 = c5.fma(cw1, p4);
      p5 = c5.fma(cw0, p5);
      FloatVector c6 = FloatVector.fromArray(s, x, c + 6 * l);
      p4 = c6.fma(cw2, p4);
      p5 = c6.fma(cw1, p5);
      p6 = c6.fma(cw0, p6);
      FloatVector c7 = FloatVector.fromArray(s, x, c + 7 * l);
      p5 = c7.fma(cw2, p5);
      p6 = c7.fma(cw1, p6);
      FloatVector c8 = FloatVector.fromArray(s, x, c + 8 * l);
      p6 = c8.fma(cw2, p6);
      int out = yOffset + tile * 7 * l;
      if (clips) {
        p0 = p0.blend(least, p0.compare(VectorOperators.LE, least));
        p0 = p0.blend(most, p0.compare(VectorOperators.GT, most));
        p1 = p1.blend(least, p1.compare(VectorOperators.LE, least));
        p1 = p1.blend(most, p1.compare(VectorOperators.GT, most));
        p2 = p2.blend(least, p2.compare(VectorOperators.LE, least));
        p2 = p2.blend(most, p2.compare(VectorOperators.GT, most));
        p3 = p3.blend(least, p3.compare(VectorOperators.LE, least));
        p3 = p3.blend(most, p3.compare(VectorOperators.GT, most));
        p4 = p4.blend(least, p4.compare(VectorOperators.LE, least));
        p4 = p4.blend(most, p4.compare(VectorOperators.GT, most));
        p5 = p5.blend(least, p5.compare(VectorOperators.LE, least));
        p5 = p5.blend(most, p5.compare(VectorOperators.GT, most));
        p6 = p6.blend(least, p6.compare(VectorOperators.LE, least));
        p6 = p6.blend(most, p6.compare(VectorOperators.GT, most));
      }
      p0.intoArray(y, out);
      p1.intoArray(y, out + l);
      p2.intoArray(y, out + 2 * l);
      p3.intoArray(y, out + 3 * l);
      p4.intoArray(y, out + 4 * l);
      p5.intoArray(y, out + 5 * l);
      p6.intoArray(y, out + 6 * l);
    }
  }

  /// The same for a stride of 2 along the row.
  void stride2(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int tiles) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int first = xOffset + geometry.rows()[0];
    int second = xOffset + geometry.rows()[1];
    int third = xOffset + geometry.rows()[2];
    FloatVector aw0 = FloatVector.fromArray(s, weights, weightOffset);
    FloatVector aw1 = FloatVector.fromArray(s, weights, weightOffset + l);
    FloatVector aw2 = FloatVector.fromArray(s, weights, weightOffset + 2 * l);
    FloatVector bw0 = FloatVector.fromArray(s, weights, weightOffset + 3 * l);
    FloatVector bw1 = FloatVector.fromArray(s, weights, weightOffset + 4 * l);
    FloatVector bw2 = FloatVector.fromArray(s, weights, weightOffset + 5 * l);
    FloatVector cw0 = FloatVector.fromArray(s, weights, weightOffset + 6 * l);
    FloatVector cw1 = FloatVector.fromArray(s, weights, weightOffset + 7 * l);
    FloatVector cw2 = FloatVector.fromArray(s, weights, weightOffset + 8 * l);
    FloatVector shift = FloatVector.fromArray(s, bias, biasOffset);
    boolean clips = !geometry.clip().isNone();
    FloatVector least = FloatVector.broadcast(s, geometry.clip().low());
    FloatVector most = FloatVector.broadcast(s, geometry.clip().high());
    for (int tile = 0; tile < tiles; tile++) {
      int a = first + tile * 14 * l;
      int b = second + tile * 14 * l;
      int c = third + tile * 14 * l;
      FloatVector p0 = shift;
      FloatVector p1 = shift;
      FloatVector p2 = shift;
      FloatVector p3 = shift;
      FloatVector p4 = shift;
      FloatVector p5 = shift;
      FloatVector p6 = shift;
      FloatVector a0 = FloatVector.fromArray(s, x, a);
      p0 = a0.fma(aw0, p0);
      FloatVector a1 = FloatVector.fromArray(s, x, a + l);
      p0 = a1.fma(aw1, p0);
      FloatVector a2 = FloatVector.fromArray(s, x, a + 2 * l);
      p0 = a2.fma(aw2, p0);
      p1 = a2.fma(aw0, p1);
      FloatVector a3 = FloatVector.fromArray(s, x, a + 3 * l);
      p1 = a3.fma(aw1, p1);
      FloatVector a4 = FloatVector.fromArray(s, x, a + 4 * l);
      p1 = a4.fma(aw2, p1);
      p2 = a4.fma(aw0, p2);
      FloatVector a5 = FloatVector.fromArray(s, x, a + 5 * l);
      p2 = a5.fma(aw1, p2);
      FloatVector a6 = FloatVector.fromArray(s, x, a + 6 * l);
      p2 = a6.fma(aw2, p2);
      p3 = a6.fma(aw0, p3);
      FloatVector a7 = FloatVector.fromArray(s, x, a + 7 * l);
      p3 = a7.fma(aw1, p3);
      FloatVector a8 = FloatVector.fromArray(s, x, a + 8 * l);
      p3 = a8.fma(aw2, p3);
      p4 = a8.fma(aw0, p4);
      FloatVector a9 = FloatVector.fromArray(s, x, a + 9 * l);
      p4 = a9.fma(aw1, p4);
      FloatVector a10 = FloatVector.fromArray(s, x, a + 10 * l);
      p4 = a10.fma(aw2, p4);
      p5 = a10.fma(aw0, p5);
      FloatVector a11 = FloatVector.fromArray(s, x, a + 11 * l);
      p5 = a11.fma(aw1, p5);
      FloatVector a12 = FloatVector.fromArray(s, x, a + 12 * l);
      p5 = a12.fma(aw2, p5);
      p6 = a12.fma(aw0, p6);
      FloatVector a13 = FloatVector.fromArray(s, x, a + 13 * l);
      p6 = a13.fma(aw1, p6);
      FloatVector a14 = FloatVector.fromArray(s, x, a + 14 * l);
      p6 = a14.fma(aw2, p6);
      FloatVector b0 = FloatVector.fromArray(s, x, b);
      p0 = b0.fma(bw0, p0);
      FloatVector b1 = FloatVector.fromArray(s, x, b + l);
      p0 = b1.fma(bw1, p0);
      FloatVector b2 = FloatVector.fromArray(s, x, b + 2 * l);
      p0 = b2.fma(bw2, p0);
      p1 = b2.fma(bw0, p1);
      FloatVector b3 = FloatVector.fromArray(s, x, b + 3 * l);
      p1 = b3.fma(bw1, p1);
      FloatVector b4 = FloatVector.fromArray(s, x, b + 4 * l);
      p1 = b4.fma(bw2, p1);
      p2 = b4.fma(bw0, p2);
      FloatVector b5 = FloatVector.fromArray(s, x, b + 5 * l);
      p2 = b5.fma(bw1, p2);
      FloatVector b6 = FloatVector.fromArray(s, x, b + 6 * l);
      p2 = b6.fma(bw2, p2);
      p3 = b6.fma(bw0, p3);
      FloatVector b7 = FloatVector.fromArray(s, x, b + 7 * l);
      p3 = b7.fma(bw1, p3);
      FloatVector b8 = FloatVector.fromArray(s, x, b + 8 * l);
      p3 = b8.fma(bw2, p3);
      p4 = b8.fma(bw0, p4);
      FloatVector b9 = FloatVector.fromArray(s, x, b + 9 * l);
      p4 = b9.fma(bw1, p4);
      FloatVector b10 = FloatVector.fromArray(s, x, b + 10 * l);
      p4 = b10.fma(bw2, p4);
      p5 = b10.fma(bw0, p5);
      FloatVector b11 = FloatVector.fromArray(s, x, b + 11 * l);
      p5 = b11.fma(bw1, p5);
      FloatVector b12 = FloatVector.fromArray(s, x, b + 12 * l);
      p5 = b12.fma(bw2, p5);
      p6 = b12.fma(bw0, p6);
      FloatVector b13 = FloatVector.fromArray(s, x, b + 13 * l);
      p6 = b13.fma(bw1, p6);
      FloatVector b14 = FloatVector.fromArray(s, x, b + 14 * l);
      p6 = b14.fma(bw2, p6);
      FloatVector c0 = FloatVector.fromArray(s, x, c);
      p0 = c0.fma(cw0, p0);
      FloatVector c1 = FloatVector.fromArray(s, x, c + l);
      p0 = c1.fma(cw1, p0);
      FloatVector c2 = FloatVector.fromArray(s, x, c + 2 * l);
      p0 = c2.fma(cw2, p0);
      p1 = c2.fma(cw0, p1);
      FloatVector c3 = FloatVector.fromArray(s, x, c + 3 * l);
      p1 = c3.fma(cw1, p1);
      FloatVector c4 = FloatVector.fromArray(s, x, c + 4 * l);
      p1 = c4.fma(cw2, p1);
      p2 = c4.fma(cw0, p2);
      FloatVector c5 = FloatVector.fromArray(s, x, c + 5 * l);
      p2 = c5.fma(cw1, p2);
      FloatVector c6 = FloatVector.fromArray(s, x, c + 6 * l);
      p2 = c6.fma(cw2, p2);
      p3 = c6.fma(cw0, p3);
      FloatVector c7 = FloatVector.fromArray(s, x, c + 7 * l);
      p3 = c7.fma(cw1, p3);
      FloatVector c8 = FloatVector.fromArray(s, x, c + 8 * l);
      p3 = c8.fma(cw2, p3);
      p4 = c8.fma(cw0, p4);
      FloatVector c9 = FloatVector.fromArray(s, x, c + 9 * l);
      p4 = c9.fma(cw1, p4);
      FloatVector c10 = FloatVector.fromArray(s, x, c + 10 * l);
      p4 = c10.fma(cw2, p4);
      p5 = c10.fma(cw0, p5);
      FloatVector c11 = FloatVector.fromArray(s, x, c + 11 * l);
      p5 = c11.fma(cw1, p5);
      FloatVector c12 = FloatVector.fromArray(s, x, c + 12 * l);
      p5 = c12.fma(cw2, p5);
      p6 = c12.fma(cw0, p6);
      FloatVector c13 = FloatVector.fromArray(s, x, c + 13 * l);
      p6 = c13.fma(cw1, p6);
      FloatVector c14 = FloatVector.fromArray(s, x, c + 14 * l);
      p6 = c14.fma(cw2, p6);
      int out = yOffset + tile * 7 * l;
      if (clips) {
        p0 = p0.blend(least, p0.compare(VectorOperators.LE, least));
        p0 = p0.blend(most, p0.compare(VectorOperators.GT, most));
        p1 = p1.blend(least, p1.compare(VectorOperators.LE, least));
        p1 = p1.blend(most, p1.compare(VectorOperators.GT, most));
        p2 = p2.blend(least, p2.compare(VectorOperators.LE, least));
        p2 = p2.blend(most, p2.compare(VectorOperators.GT, most));
        p3 = p3.blend(least, p3.compare(VectorOperators.LE, least));
        p3 = p3.blend(most, p3.compare(VectorOperators.GT, most));
        p4 = p4.blend(least, p4.compare(VectorOperators.LE, least));
        p4 = p4.blend(most, p4.compare(VectorOperators.GT, most));
        p5 = p5.blend(least, p5.compare(VectorOperators.LE, least));
        p5 = p5.blend(most, p5.compare(VectorOperators.GT, most));
        p6 = p6.blend(least, p6.compare(VectorOperators.LE, least));
        p6 = p6.blend(most, p6.compare(VectorOperators.GT, most));
      }
      p0.intoArray(y, out);
      p1.intoArray(y, out + l);
      p2.intoArray(y, out + 2 * l);
      p3.intoArray(y, out + 3 * l);
      p4.intoArray(y, out + 4 * l);
      p5.intoArray(y, out + 5 * l);
      p6.intoArray(y, out + 6 * l);
    }
  }
}
