package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of [ConvTiles] over two output blocks: each input element that is broadcast is used twice.
final class ConvTilesOfTwoBlocks {
  private final VectorLanes lanes;

  ConvTilesOfTwoBlocks(VectorLanes lanes) {
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
      FloatVector x1 = FloatVector.broadcast(s, x[i + l]);
      p1 = x1.fma(uk, p1);
      q1 = x1.fma(vk, q1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 2 * l]);
      p2 = x2.fma(uk, p2);
      q2 = x2.fma(vk, q2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 3 * l]);
      p3 = x3.fma(uk, p3);
      q3 = x3.fma(vk, q3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 4 * l]);
      p4 = x4.fma(uk, p4);
      q4 = x4.fma(vk, q4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 5 * l]);
      p5 = x5.fma(uk, p5);
      q5 = x5.fma(vk, q5);
      FloatVector x6 = FloatVector.broadcast(s, x[i + 6 * l]);
      p6 = x6.fma(uk, p6);
      q6 = x6.fma(vk, q6);
      FloatVector x7 = FloatVector.broadcast(s, x[j]);
      p7 = x7.fma(uk, p7);
      q7 = x7.fma(vk, q7);
      FloatVector x8 = FloatVector.broadcast(s, x[j + l]);
      p8 = x8.fma(uk, p8);
      q8 = x8.fma(vk, q8);
      FloatVector x9 = FloatVector.broadcast(s, x[j + 2 * l]);
      p9 = x9.fma(uk, p9);
      q9 = x9.fma(vk, q9);
      FloatVector x10 = FloatVector.broadcast(s, x[j + 3 * l]);
      p10 = x10.fma(uk, p10);
      q10 = x10.fma(vk, q10);
      FloatVector x11 = FloatVector.broadcast(s, x[j + 4 * l]);
      p11 = x11.fma(uk, p11);
      q11 = x11.fma(vk, q11);
      FloatVector x12 = FloatVector.broadcast(s, x[j + 5 * l]);
      p12 = x12.fma(uk, p12);
      q12 = x12.fma(vk, q12);
      FloatVector x13 = FloatVector.broadcast(s, x[j + 6 * l]);
      p13 = x13.fma(uk, p13);
      q13 = x13.fma(vk, q13);
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

  /// 7 pixels, any stride.
  void tile7(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int step = geometry.xPixelStep();
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
    int secondOffset = weightOffset + geometry.weightBlockStep();
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector vk = FloatVector.fromArray(s, weights, secondOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      q0 = x0.fma(vk, q0);
      FloatVector x1 = FloatVector.broadcast(s, x[i + step]);
      p1 = x1.fma(uk, p1);
      q1 = x1.fma(vk, q1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 2 * step]);
      p2 = x2.fma(uk, p2);
      q2 = x2.fma(vk, q2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 3 * step]);
      p3 = x3.fma(uk, p3);
      q3 = x3.fma(vk, q3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 4 * step]);
      p4 = x4.fma(uk, p4);
      q4 = x4.fma(vk, q4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 5 * step]);
      p5 = x5.fma(uk, p5);
      q5 = x5.fma(vk, q5);
      FloatVector x6 = FloatVector.broadcast(s, x[i + 6 * step]);
      p6 = x6.fma(uk, p6);
      q6 = x6.fma(vk, q6);
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
  }

  /// 6 pixels, any stride.
  void tile6(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int step = geometry.xPixelStep();
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
    int secondOffset = weightOffset + geometry.weightBlockStep();
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector vk = FloatVector.fromArray(s, weights, secondOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      q0 = x0.fma(vk, q0);
      FloatVector x1 = FloatVector.broadcast(s, x[i + step]);
      p1 = x1.fma(uk, p1);
      q1 = x1.fma(vk, q1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 2 * step]);
      p2 = x2.fma(uk, p2);
      q2 = x2.fma(vk, q2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 3 * step]);
      p3 = x3.fma(uk, p3);
      q3 = x3.fma(vk, q3);
      FloatVector x4 = FloatVector.broadcast(s, x[i + 4 * step]);
      p4 = x4.fma(uk, p4);
      q4 = x4.fma(vk, q4);
      FloatVector x5 = FloatVector.broadcast(s, x[i + 5 * step]);
      p5 = x5.fma(uk, p5);
      q5 = x5.fma(vk, q5);
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
  }

  /// 4 pixels, any stride.
  void tile4(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int step = geometry.xPixelStep();
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
    int secondOffset = weightOffset + geometry.weightBlockStep();
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector vk = FloatVector.fromArray(s, weights, secondOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      q0 = x0.fma(vk, q0);
      FloatVector x1 = FloatVector.broadcast(s, x[i + step]);
      p1 = x1.fma(uk, p1);
      q1 = x1.fma(vk, q1);
      FloatVector x2 = FloatVector.broadcast(s, x[i + 2 * step]);
      p2 = x2.fma(uk, p2);
      q2 = x2.fma(vk, q2);
      FloatVector x3 = FloatVector.broadcast(s, x[i + 3 * step]);
      p3 = x3.fma(uk, p3);
      q3 = x3.fma(vk, q3);
    }
    p0.intoArray(y, ya);
    q0.intoArray(y, ya + geometry.yBlockStep());
    p1.intoArray(y, ya + l);
    q1.intoArray(y, ya + geometry.yBlockStep() + l);
    p2.intoArray(y, ya + 2 * l);
    q2.intoArray(y, ya + geometry.yBlockStep() + 2 * l);
    p3.intoArray(y, ya + 3 * l);
    q3.intoArray(y, ya + geometry.yBlockStep() + 3 * l);
  }

  /// 1 pixel, any stride.
  void tile1(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int[] inputs = geometry.inputs();
    FloatVector bias0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector bias1 = FloatVector.fromArray(s, bias, biasOffset + l);
    FloatVector p0 = bias0;
    FloatVector q0 = bias1;
    int secondOffset = weightOffset + geometry.weightBlockStep();
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector vk = FloatVector.fromArray(s, weights, secondOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
      q0 = x0.fma(vk, q0);
    }
    p0.intoArray(y, ya);
    q0.intoArray(y, ya + geometry.yBlockStep());
  }
}
