package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Direct convolution in tiles of several output pixels by one or two output blocks. A tile's sums
/// stay in registers from the first product to the last; a step broadcasts one input element per
/// pixel and multiplies it with the weights of `L` output channels.
///
/// A patch is cut into runs of seven neighbouring pixels, two runs to a tile: 28 sums, 2 weights
/// and a broadcast fill the 32 registers of AVX-512 and NEON, and the two runs may be in different
/// rows, so pictures 7, 14, 28, 56 wide are covered without a rest. Eight lanes are AVX2 with its
/// 16 registers, where a tile of two output blocks is one run of six pixels. A rest of five or six
/// pixels is a run that overlaps its neighbour: pixels computed twice get the same bits.
///
/// One method a tile, one loop a method, and indices that differ by constants: that is what the
/// compiler's limits on inlining and its elimination of range checks ask for. A loop over taps
/// around one over channels is slower by half as soon as one layer of the process has fewer
/// channels than lanes, for the inner loop then has no constant length in any layer.
final class ConvTiles {
  private final VectorLanes lanes;
  private final boolean fewRegisters;

  ConvTiles(VectorLanes lanes) {
    this.lanes = lanes;
    fewRegisters = lanes.species().length() == 8;
  }

  /// See [Microkernels#convolve] and [Microkernels#convolveLanes]; lanes `begin` to `end` are
  /// written, all of them if there are two blocks.
  void patch(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      int blocks,
      int begin,
      int end) {
    int run = run(blocks);
    int rest = columns % run;
    int runs = columns / run + (rest > 4 && columns > run ? 1 : 0);
    runs(
        geometry,
        x,
        xOffset,
        weights,
        weightOffset,
        bias,
        biasOffset,
        y,
        yOffset,
        rows,
        columns,
        blocks,
        begin,
        end,
        runs);
    for (int row = 0; row < rows; row++) {
      rest(
          geometry,
          x,
          xOffset + row * geometry.xRowStep(),
          weights,
          weightOffset,
          bias,
          biasOffset,
          y,
          yOffset + row * geometry.yRowStep(),
          Math.min(columns, runs * run),
          columns,
          blocks,
          begin,
          end);
    }
  }

  /// Pixels of a run.
  private int run(int blocks) {
    return fewRegisters && blocks == 2 ? 6 : 7;
  }

  /// The runs of all rows, in pairs where the stride is 1.
  private void runs(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      int blocks,
      int begin,
      int end,
      int runs) {
    int all = rows * runs;
    int length = run(blocks);
    int run = 0;
    boolean whole = end - begin == lanes.species().length();
    if (whole && geometry.xPixelStep() == lanes.species().length() && length == 7) {
      for (; run + 1 < all; run += 2) {
        int xa = xOffset + input(geometry, run, runs, length, columns);
        int xb = xOffset + input(geometry, run + 1, runs, length, columns);
        int ya = yOffset + output(geometry, run, runs, length, columns);
        int yb = yOffset + output(geometry, run + 1, runs, length, columns);
        if (blocks == 2) {
          tile14x2(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
        } else {
          tile14x1(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
        }
      }
    }
    for (; run < all; run++) {
      int xa = xOffset + input(geometry, run, runs, length, columns);
      int ya = yOffset + output(geometry, run, runs, length, columns);
      if (length == 6) {
        tile6x2(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
      } else if (blocks == 2) {
        tile7x2(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
      } else {
        tile7x1(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, begin, end);
      }
    }
  }

  private static int input(ConvGeometry geometry, int run, int runs, int length, int columns) {
    return run / runs * geometry.xRowStep()
        + column(run % runs, length, columns) * geometry.xPixelStep();
  }

  private int output(ConvGeometry geometry, int run, int runs, int length, int columns) {
    return run / runs * geometry.yRowStep()
        + column(run % runs, length, columns) * lanes.species().length();
  }

  /// The first column of a run; the last one is moved back to end with the row.
  private static int column(int run, int length, int columns) {
    return Math.min(run * length, columns - length);
  }

  /// The columns of a row from `firstColumn`, fewer than a run.
  private void rest(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int firstColumn,
      int columns,
      int blocks,
      int begin,
      int end) {
    int l = lanes.species().length();
    int column = firstColumn;
    while (column < columns) {
      boolean four = columns - column > 1 && columns >= 4 && blocks == 2;
      int first = four ? Math.min(column, columns - 4) : column;
      int xa = xOffset + first * geometry.xPixelStep();
      int ya = yOffset + first * l;
      if (four) {
        tile4x2(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
      } else if (blocks == 2) {
        tile1x2(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
      } else {
        tile1x1(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, begin, end);
      }
      column = first + (four ? 4 : 1);
    }
  }

  /// 14 pixels by 2 output blocks, as two runs of seven neighbouring pixels; stride 1.
  private void tile14x2(
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

  /// 7 pixels by 2 output blocks, any stride.
  private void tile7x2(
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

  /// 6 pixels by 2 output blocks, any stride.
  private void tile6x2(
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

  /// 4 pixels by 2 output blocks, any stride.
  private void tile4x2(
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

  /// 1 pixel by 2 output blocks, any stride.
  private void tile1x2(
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

  /// 14 pixels by 1 output block, as two runs of seven neighbouring pixels; stride 1.
  private void tile14x1(
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

  /// 7 pixels by 1 output block, any stride.
  private void tile7x1(
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
    VectorMask<Float> written = lanes.between(begin, end);
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
    store(p0, written, y, ya);
    store(p1, written, y, ya + l);
    store(p2, written, y, ya + 2 * l);
    store(p3, written, y, ya + 3 * l);
    store(p4, written, y, ya + 4 * l);
    store(p5, written, y, ya + 5 * l);
    store(p6, written, y, ya + 6 * l);
  }

  /// 1 pixel by 1 output block, any stride.
  private void tile1x1(
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
    VectorMask<Float> written = lanes.between(begin, end);
    int[] inputs = geometry.inputs();
    FloatVector bias0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p0 = bias0;
    for (int k = 0; k < inputs.length; k++) {
      int i = xa + inputs[k];
      FloatVector uk = FloatVector.fromArray(s, weights, weightOffset + k * l);
      FloatVector x0 = FloatVector.broadcast(s, x[i]);
      p0 = x0.fma(uk, p0);
    }
    store(p0, written, y, ya);
  }

  private void store(FloatVector sums, VectorMask<Float> written, float[] y, int at) {
    FloatVector.fromArray(lanes.species(), y, at).blend(sums, written).intoArray(y, at);
  }
}
