package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of [ConvTiles] over one output block, for a last odd block and for groups that do not fill
/// blocks: of those the lanes `begin` to `end` are written.
final class ConvTilesOfOneBlock {
  private final VectorLanes lanes;

  ConvTilesOfOneBlock(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// 14 pixels, as two runs of seven neighbouring pixels; stride 1.
  void tile14(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya,
      int xb,
      int yb) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int[] inputs = geometry.inputs();
    FloatVector bias0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p0 = bias0;
    FloatVector p1 = bias0;
    FloatVector p2 = bias0;
    FloatVector p3 = bias0;
    FloatVector p4 = bias0;
    FloatVector p5 = bias0;
    FloatVector p6 = bias0;
    FloatVector p7 = bias0;
    FloatVector p8 = bias0;
    FloatVector p9 = bias0;
    FloatVector p10 = bias0;
    FloatVector p11 = bias0;
    FloatVector p12 = bias0;
    FloatVector p13 = bias0;
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      int j = xb + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      FloatVector x1 = FloatVector.broadcast(s, x[i + l]);
      p1 = x1.fma(uk, p1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 2 * l]);
      p2 = x2.fma(uk, p2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 3 * l]);
      p3 = x3.fma(uk, p3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 4 * l]);
      p4 = x4.fma(uk, p4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 5 * l]);
      p5 = x5.fma(uk, p5);
      FloatVector x6 = FloatVector.broadcast(s, x[i + 6 * l]);
      p6 = x6.fma(uk, p6);
      FloatVector x7 = FloatVector.broadcast(s, x[j]);
      p7 = x7.fma(uk, p7);
      FloatVector x8 = FloatVector.broadcast(s, x[j + l]);
      p8 = x8.fma(uk, p8);
      FloatVector x9 = FloatVector.broadcast(s, x[j + 2 * l]);
      p9 = x9.fma(uk, p9);
      FloatVector x10 = FloatVector.broadcast(s, x[j + 3 * l]);
      p10 = x10.fma(uk, p10);
      FloatVector x11 = FloatVector.broadcast(s, x[j + 4 * l]);
      p11 = x11.fma(uk, p11);
      FloatVector x12 = FloatVector.broadcast(s, x[j + 5 * l]);
      p12 = x12.fma(uk, p12);
      FloatVector x13 = FloatVector.broadcast(s, x[j + 6 * l]);
      p13 = x13.fma(uk, p13);
    }
    if (!geometry.clip().isNone()) {
      FloatVector least = FloatVector.broadcast(s, geometry.clip().low());
      FloatVector most = FloatVector.broadcast(s, geometry.clip().high());
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
      p7 = p7.blend(least, p7.compare(VectorOperators.LE, least));
      p7 = p7.blend(most, p7.compare(VectorOperators.GT, most));
      p8 = p8.blend(least, p8.compare(VectorOperators.LE, least));
      p8 = p8.blend(most, p8.compare(VectorOperators.GT, most));
      p9 = p9.blend(least, p9.compare(VectorOperators.LE, least));
      p9 = p9.blend(most, p9.compare(VectorOperators.GT, most));
      p10 = p10.blend(least, p10.compare(VectorOperators.LE, least));
      p10 = p10.blend(most, p10.compare(VectorOperators.GT, most));
      p11 = p11.blend(least, p11.compare(VectorOperators.LE, least));
      p11 = p11.blend(most, p11.compare(VectorOperators.GT, most));
      p12 = p12.blend(least, p12.compare(VectorOperators.LE, least));
      p12 = p12.blend(most, p12.compare(VectorOperators.GT, most));
      p13 = p13.blend(least, p13.compare(VectorOperators.LE, least));
      p13 = p13.blend(most, p13.compare(VectorOperators.GT, most));
    }
    p0.intoArray(y, ya);
    p1.intoArray(y, ya + l);
    p2.intoArray(y, ya + 2 * l);
    p3.intoArray(y, ya + 3 * l);
    p4.intoArray(y, ya + 4 * l);
    p5.intoArray(y, ya + 5 * l);
    p6.intoArray(y, ya + 6 * l);
    p7.intoArray(y, yb);
    p8.intoArray(y, yb + l);
    p9.intoArray(y, yb + 2 * l);
    p10.intoArray(y, yb + 3 * l);
    p11.intoArray(y, yb + 4 * l);
    p12.intoArray(y, yb + 5 * l);
    p13.intoArray(y, yb + 6 * l);
  }

  /// 7 neighbouring pixels, any stride.
  void tile7(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya,
      int begin,
      int end) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int step = geometry.xPixelStep();
    FloatVector numbers = FloatVector.fromArray(s, VectorLanes.NUMBERS, 0);
    VectorMask<Float> from = numbers.compare(VectorOperators.GE, begin);
    VectorMask<Float> written = from.and(numbers.compare(VectorOperators.LT, end));
    int[] inputs = geometry.inputs();
    FloatVector bias0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p0 = bias0;
    FloatVector p1 = bias0;
    FloatVector p2 = bias0;
    FloatVector p3 = bias0;
    FloatVector p4 = bias0;
    FloatVector p5 = bias0;
    FloatVector p6 = bias0;
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      FloatVector x1 = FloatVector.broadcast(s, x[i + step]);
      p1 = x1.fma(uk, p1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 2 * step]);
      p2 = x2.fma(uk, p2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 3 * step]);
      p3 = x3.fma(uk, p3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 4 * step]);
      p4 = x4.fma(uk, p4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 5 * step]);
      p5 = x5.fma(uk, p5);
      FloatVector x6 = FloatVector.broadcast(s, x[i + 6 * step]);
      p6 = x6.fma(uk, p6);
    }
    if (!geometry.clip().isNone()) {
      FloatVector least = FloatVector.broadcast(s, geometry.clip().low());
      FloatVector most = FloatVector.broadcast(s, geometry.clip().high());
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
    p0.intoArray(y, ya, written);
    p1.intoArray(y, ya + l, written);
    p2.intoArray(y, ya + 2 * l, written);
    p3.intoArray(y, ya + 3 * l, written);
    p4.intoArray(y, ya + 4 * l, written);
    p5.intoArray(y, ya + 5 * l, written);
    p6.intoArray(y, ya + 6 * l, written);
  }

  /// Any 4 pixels.
  void tile4(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int xb,
      int xc,
      int xd,
      int ya,
      int yb,
      int yc,
      int yd,
      int begin,
      int end) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector numbers = FloatVector.fromArray(s, VectorLanes.NUMBERS, 0);
    VectorMask<Float> from = numbers.compare(VectorOperators.GE, begin);
    VectorMask<Float> written = from.and(numbers.compare(VectorOperators.LT, end));
    int[] inputs = geometry.inputs();
    FloatVector bias0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p0 = bias0;
    FloatVector p1 = bias0;
    FloatVector p2 = bias0;
    FloatVector p3 = bias0;
    for (int k = 0; k < inputs.length; k++) {
      int input = inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[xa + input]);
      p0 = x0.fma(uk, p0);
      FloatVector x1 = FloatVector.broadcast(s, x[xb + input]);
      p1 = x1.fma(uk, p1);
      FloatVector x2 = FloatVector.broadcast(s, x[xc + input]);
      p2 = x2.fma(uk, p2);
      FloatVector x3 = FloatVector.broadcast(s, x[xd + input]);
      p3 = x3.fma(uk, p3);
    }
    if (!geometry.clip().isNone()) {
      FloatVector least = FloatVector.broadcast(s, geometry.clip().low());
      FloatVector most = FloatVector.broadcast(s, geometry.clip().high());
      p0 = p0.blend(least, p0.compare(VectorOperators.LE, least));
      p0 = p0.blend(most, p0.compare(VectorOperators.GT, most));
      p1 = p1.blend(least, p1.compare(VectorOperators.LE, least));
      p1 = p1.blend(most, p1.compare(VectorOperators.GT, most));
      p2 = p2.blend(least, p2.compare(VectorOperators.LE, least));
      p2 = p2.blend(most, p2.compare(VectorOperators.GT, most));
      p3 = p3.blend(least, p3.compare(VectorOperators.LE, least));
      p3 = p3.blend(most, p3.compare(VectorOperators.GT, most));
    }
    p0.intoArray(y, ya, written);
    p1.intoArray(y, yb, written);
    p2.intoArray(y, yc, written);
    p3.intoArray(y, yd, written);
  }
}
