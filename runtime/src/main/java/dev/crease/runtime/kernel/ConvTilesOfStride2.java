package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of [ConvTiles] at stride 2: 14 pixels, as two runs of seven neighbouring pixels, whose
/// distances are constants.
final class ConvTilesOfStride2 {
  private final VectorLanes lanes;

  ConvTilesOfStride2(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// One output block.
  void oneBlock(
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
      FloatVector x1 = FloatVector.broadcast(s, x[i + 2 * l]);
      p1 = x1.fma(uk, p1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 4 * l]);
      p2 = x2.fma(uk, p2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 6 * l]);
      p3 = x3.fma(uk, p3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 8 * l]);
      p4 = x4.fma(uk, p4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 10 * l]);
      p5 = x5.fma(uk, p5);
      FloatVector x6 = FloatVector.broadcast(s, x[i + 12 * l]);
      p6 = x6.fma(uk, p6);
      FloatVector x7 = FloatVector.broadcast(s, x[j]);
      p7 = x7.fma(uk, p7);
      FloatVector x8 = FloatVector.broadcast(s, x[j + 2 * l]);
      p8 = x8.fma(uk, p8);
      FloatVector x9 = FloatVector.broadcast(s, x[j + 4 * l]);
      p9 = x9.fma(uk, p9);
      FloatVector x10 = FloatVector.broadcast(s, x[j + 6 * l]);
      p10 = x10.fma(uk, p10);
      FloatVector x11 = FloatVector.broadcast(s, x[j + 8 * l]);
      p11 = x11.fma(uk, p11);
      FloatVector x12 = FloatVector.broadcast(s, x[j + 10 * l]);
      p12 = x12.fma(uk, p12);
      FloatVector x13 = FloatVector.broadcast(s, x[j + 12 * l]);
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

  /// Two output blocks.
  void twoBlocks(
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
    FloatVector bias1 = FloatVector.fromArray(s, bias, biasOffset + l);
    FloatVector p0 = bias0;
    FloatVector q0 = bias1;
    FloatVector p1 = bias0;
    FloatVector q1 = bias1;
    FloatVector p2 = bias0;
    FloatVector q2 = bias1;
    FloatVector p3 = bias0;
    FloatVector q3 = bias1;
    FloatVector p4 = bias0;
    FloatVector q4 = bias1;
    FloatVector p5 = bias0;
    FloatVector q5 = bias1;
    FloatVector p6 = bias0;
    FloatVector q6 = bias1;
    FloatVector p7 = bias0;
    FloatVector q7 = bias1;
    FloatVector p8 = bias0;
    FloatVector q8 = bias1;
    FloatVector p9 = bias0;
    FloatVector q9 = bias1;
    FloatVector p10 = bias0;
    FloatVector q10 = bias1;
    FloatVector p11 = bias0;
    FloatVector q11 = bias1;
    FloatVector p12 = bias0;
    FloatVector q12 = bias1;
    FloatVector p13 = bias0;
    FloatVector q13 = bias1;
    int secondOffset = weightOffset + geometry.weightBlockStep();
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      int j = xb + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector vk = FloatVector.fromArray(s, weights, secondOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      q0 = x0.fma(vk, q0);
      FloatVector x1 = FloatVector.broadcast(s, x[i + 2 * l]);
      p1 = x1.fma(uk, p1);
      q1 = x1.fma(vk, q1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 4 * l]);
      p2 = x2.fma(uk, p2);
      q2 = x2.fma(vk, q2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 6 * l]);
      p3 = x3.fma(uk, p3);
      q3 = x3.fma(vk, q3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 8 * l]);
      p4 = x4.fma(uk, p4);
      q4 = x4.fma(vk, q4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 10 * l]);
      p5 = x5.fma(uk, p5);
      q5 = x5.fma(vk, q5);
      FloatVector x6 = FloatVector.broadcast(s, x[i + 12 * l]);
      p6 = x6.fma(uk, p6);
      q6 = x6.fma(vk, q6);
      FloatVector x7 = FloatVector.broadcast(s, x[j]);
      p7 = x7.fma(uk, p7);
      q7 = x7.fma(vk, q7);
      FloatVector x8 = FloatVector.broadcast(s, x[j + 2 * l]);
      p8 = x8.fma(uk, p8);
      q8 = x8.fma(vk, q8);
      FloatVector x9 = FloatVector.broadcast(s, x[j + 4 * l]);
      p9 = x9.fma(uk, p9);
      q9 = x9.fma(vk, q9);
      FloatVector x10 = FloatVector.broadcast(s, x[j + 6 * l]);
      p10 = x10.fma(uk, p10);
      q10 = x10.fma(vk, q10);
      FloatVector x11 = FloatVector.broadcast(s, x[j + 8 * l]);
      p11 = x11.fma(uk, p11);
      q11 = x11.fma(vk, q11);
      FloatVector x12 = FloatVector.broadcast(s, x[j + 10 * l]);
      p12 = x12.fma(uk, p12);
      q12 = x12.fma(vk, q12);
      FloatVector x13 = FloatVector.broadcast(s, x[j + 12 * l]);
      p13 = x13.fma(uk, p13);
      q13 = x13.fma(vk, q13);
    }
    if (!geometry.clip().isNone()) {
      FloatVector least = FloatVector.broadcast(s, geometry.clip().low());
      FloatVector most = FloatVector.broadcast(s, geometry.clip().high());
      p0 = p0.blend(least, p0.compare(VectorOperators.LE, least));
      p0 = p0.blend(most, p0.compare(VectorOperators.GT, most));
      q0 = q0.blend(least, q0.compare(VectorOperators.LE, least));
      q0 = q0.blend(most, q0.compare(VectorOperators.GT, most));
      p1 = p1.blend(least, p1.compare(VectorOperators.LE, least));
      p1 = p1.blend(most, p1.compare(VectorOperators.GT, most));
      q1 = q1.blend(least, q1.compare(VectorOperators.LE, least));
      q1 = q1.blend(most, q1.compare(VectorOperators.GT, most));
      p2 = p2.blend(least, p2.compare(VectorOperators.LE, least));
      p2 = p2.blend(most, p2.compare(VectorOperators.GT, most));
      q2 = q2.blend(least, q2.compare(VectorOperators.LE, least));
      q2 = q2.blend(most, q2.compare(VectorOperators.GT, most));
      p3 = p3.blend(least, p3.compare(VectorOperators.LE, least));
      p3 = p3.blend(most, p3.compare(VectorOperators.GT, most));
      q3 = q3.blend(least, q3.compare(VectorOperators.LE, least));
      q3 = q3.blend(most, q3.compare(VectorOperators.GT, most));
      p4 = p4.blend(least, p4.compare(VectorOperators.LE, least));
      p4 = p4.blend(most, p4.compare(VectorOperators.GT, most));
      q4 = q4.blend(least, q4.compare(VectorOperators.LE, least));
      q4 = q4.blend(most, q4.compare(VectorOperators.GT, most));
      p5 = p5.blend(least, p5.compare(VectorOperators.LE, least));
      p5 = p5.blend(most, p5.compare(VectorOperators.GT, most));
      q5 = q5.blend(least, q5.compare(VectorOperators.LE, least));
      q5 = q5.blend(most, q5.compare(VectorOperators.GT, most));
      p6 = p6.blend(least, p6.compare(VectorOperators.LE, least));
      p6 = p6.blend(most, p6.compare(VectorOperators.GT, most));
      q6 = q6.blend(least, q6.compare(VectorOperators.LE, least));
      q6 = q6.blend(most, q6.compare(VectorOperators.GT, most));
      p7 = p7.blend(least, p7.compare(VectorOperators.LE, least));
      p7 = p7.blend(most, p7.compare(VectorOperators.GT, most));
      q7 = q7.blend(least, q7.compare(VectorOperators.LE, least));
      q7 = q7.blend(most, q7.compare(VectorOperators.GT, most));
      p8 = p8.blend(least, p8.compare(VectorOperators.LE, least));
      p8 = p8.blend(most, p8.compare(VectorOperators.GT, most));
      q8 = q8.blend(least, q8.compare(VectorOperators.LE, least));
      q8 = q8.blend(most, q8.compare(VectorOperators.GT, most));
      p9 = p9.blend(least, p9.compare(VectorOperators.LE, least));
      p9 = p9.blend(most, p9.compare(VectorOperators.GT, most));
      q9 = q9.blend(least, q9.compare(VectorOperators.LE, least));
      q9 = q9.blend(most, q9.compare(VectorOperators.GT, most));
      p10 = p10.blend(least, p10.compare(VectorOperators.LE, least));
      p10 = p10.blend(most, p10.compare(VectorOperators.GT, most));
      q10 = q10.blend(least, q10.compare(VectorOperators.LE, least));
      q10 = q10.blend(most, q10.compare(VectorOperators.GT, most));
      p11 = p11.blend(least, p11.compare(VectorOperators.LE, least));
      p11 = p11.blend(most, p11.compare(VectorOperators.GT, most));
      q11 = q11.blend(least, q11.compare(VectorOperators.LE, least));
      q11 = q11.blend(most, q11.compare(VectorOperators.GT, most));
      p12 = p12.blend(least, p12.compare(VectorOperators.LE, least));
      p12 = p12.blend(most, p12.compare(VectorOperators.GT, most));
      q12 = q12.blend(least, q12.compare(VectorOperators.LE, least));
      q12 = q12.blend(most, q12.compare(VectorOperators.GT, most));
      p13 = p13.blend(least, p13.compare(VectorOperators.LE, least));
      p13 = p13.blend(most, p13.compare(VectorOperators.GT, most));
      q13 = q13.blend(least, q13.compare(VectorOperators.LE, least));
      q13 = q13.blend(most, q13.compare(VectorOperators.GT, most));
    }
    p0.intoArray(y, ya);
    q0.intoArray(y, ya + geometry.yBlockStep());
    p1.intoArray(y, ya + l);
    q1.intoArray(y, ya + geometry.yBlockStep() + l);
    p2.intoArray(y, ya + 2 * l);
    q2.intoArray(y, ya + geometry.yBlockStep() + 2 * l);
    p3.intoArray(y, ya + 3 * l);
    q3.intoArray(y, ya + geometry.yBlockStep() + 3 * l);
    p4.intoArray(y, ya + 4 * l);
    q4.intoArray(y, ya + geometry.yBlockStep() + 4 * l);
    p5.intoArray(y, ya + 5 * l);
    q5.intoArray(y, ya + geometry.yBlockStep() + 5 * l);
    p6.intoArray(y, ya + 6 * l);
    q6.intoArray(y, ya + geometry.yBlockStep() + 6 * l);
    p7.intoArray(y, yb);
    q7.intoArray(y, yb + geometry.yBlockStep());
    p8.intoArray(y, yb + l);
    q8.intoArray(y, yb + geometry.yBlockStep() + l);
    p9.intoArray(y, yb + 2 * l);
    q9.intoArray(y, yb + geometry.yBlockStep() + 2 * l);
    p10.intoArray(y, yb + 3 * l);
    q10.intoArray(y, yb + geometry.yBlockStep() + 3 * l);
    p11.intoArray(y, yb + 4 * l);
    q11.intoArray(y, yb + geometry.yBlockStep() + 4 * l);
    p12.intoArray(y, yb + 5 * l);
    q12.intoArray(y, yb + geometry.yBlockStep() + 5 * l);
    p13.intoArray(y, yb + 6 * l);
    q13.intoArray(y, yb + geometry.yBlockStep() + 6 * l);
  }
}
