package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows of depthwise convolutions and of pooling: one vector is one pixel, several neighbouring
/// pixels are in flight so that their chains of operations overlap.
///
/// A rest of fewer pixels than a tile overlaps the tile before it; short rows go pixel by pixel.
final class VectorRows {
  private static final int TILE = 8;

  private final VectorLanes lanes;

  VectorRows(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// See [Microkernels#depthwise].
  void depthwise(
      int[] taps,
      float[] x,
      int xOffset,
      int xPixelStep,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int columns) {
    int l = lanes.species().length();
    for (int column = 0; column < columns; ) {
      boolean tile = columns >= TILE && columns - column > 1;
      int first = tile ? Math.min(column, columns - TILE) : column;
      int in = xOffset + first * xPixelStep;
      int out = yOffset + first * l;
      if (tile) {
        depthwise8(taps, x, in, xPixelStep, weights, weightOffset, bias, biasOffset, y, out);
      } else {
        depthwise1(taps, x, in, weights, weightOffset, bias, biasOffset, y, out);
      }
      column = first + (tile ? TILE : 1);
    }
  }

  private void depthwise8(
      int[] taps,
      float[] x,
      int xOffset,
      int step,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector start = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p0 = start;
    FloatVector p1 = start;
    FloatVector p2 = start;
    FloatVector p3 = start;
    FloatVector p4 = start;
    FloatVector p5 = start;
    FloatVector p6 = start;
    FloatVector p7 = start;
    for (int tap = 0; tap < taps.length; tap++) {
      int i = xOffset + taps[tap];
      FloatVector w = FloatVector.fromArray(s, weights, weightOffset + tap * l);
      p0 = FloatVector.fromArray(s, x, i).fma(w, p0);
      p1 = FloatVector.fromArray(s, x, i + step).fma(w, p1);
      p2 = FloatVector.fromArray(s, x, i + 2 * step).fma(w, p2);
      p3 = FloatVector.fromArray(s, x, i + 3 * step).fma(w, p3);
      p4 = FloatVector.fromArray(s, x, i + 4 * step).fma(w, p4);
      p5 = FloatVector.fromArray(s, x, i + 5 * step).fma(w, p5);
      p6 = FloatVector.fromArray(s, x, i + 6 * step).fma(w, p6);
      p7 = FloatVector.fromArray(s, x, i + 7 * step).fma(w, p7);
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
    p4.intoArray(y, yOffset + 4 * l);
    p5.intoArray(y, yOffset + 5 * l);
    p6.intoArray(y, yOffset + 6 * l);
    p7.intoArray(y, yOffset + 7 * l);
  }

  private void depthwise1(
      int[] taps,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector sum = FloatVector.fromArray(s, bias, biasOffset);
    for (int tap = 0; tap < taps.length; tap++) {
      FloatVector w = FloatVector.fromArray(s, weights, weightOffset + tap * l);
      sum = FloatVector.fromArray(s, x, xOffset + taps[tap]).fma(w, sum);
    }
    sum.intoArray(y, yOffset);
  }

  /// See [Microkernels#maxPool].
  void maxPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int pixels) {
    int l = lanes.species().length();
    int pixel = 0;
    for (; pixel + 4 <= pixels; pixel += 4) {
      int in = xOffset + pixel * geometry.pixelStep();
      max4(geometry, planes, rows, columns, x, in, y, yOffset + pixel * l);
    }
    for (; pixel < pixels; pixel++) {
      int in = xOffset + pixel * geometry.pixelStep();
      max1(geometry, planes, rows, columns, x, in, y, yOffset + pixel * l);
    }
  }

  private void max4(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int step = geometry.pixelStep();
    int columnStep = geometry.columnStep();
    FloatVector p0 = FloatVector.broadcast(s, Float.NEGATIVE_INFINITY);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int i = xOffset + plane * geometry.planeStep() + row * geometry.rowStep();
        for (int column = 0; column < columns; column++) {
          p0 = p0.max(FloatVector.fromArray(s, x, i + column * columnStep));
          p1 = p1.max(FloatVector.fromArray(s, x, i + step + column * columnStep));
          p2 = p2.max(FloatVector.fromArray(s, x, i + 2 * step + column * columnStep));
          p3 = p3.max(FloatVector.fromArray(s, x, i + 3 * step + column * columnStep));
        }
      }
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
  }

  private void max1(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    int columnStep = geometry.columnStep();
    FloatVector max = FloatVector.broadcast(s, Float.NEGATIVE_INFINITY);
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int i = xOffset + plane * geometry.planeStep() + row * geometry.rowStep();
        for (int column = 0; column < columns; column++) {
          max = max.max(FloatVector.fromArray(s, x, i + column * columnStep));
        }
      }
    }
    max.intoArray(y, yOffset);
  }

  /// See [Microkernels#sumPool].
  void sumPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float scale,
      float[] y,
      int yOffset,
      int pixels) {
    int l = lanes.species().length();
    int pixel = 0;
    for (; pixel + 4 <= pixels; pixel += 4) {
      int in = xOffset + pixel * geometry.pixelStep();
      sum4(geometry, planes, rows, columns, x, in, scale, y, yOffset + pixel * l);
    }
    for (; pixel < pixels; pixel++) {
      int in = xOffset + pixel * geometry.pixelStep();
      sum1(geometry, planes, rows, columns, x, in, scale, y, yOffset + pixel * l);
    }
  }

  private void sum4(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float scale,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    int step = geometry.pixelStep();
    int columnStep = geometry.columnStep();
    FloatVector p0 = FloatVector.zero(s);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int i = xOffset + plane * geometry.planeStep() + row * geometry.rowStep();
        for (int column = 0; column < columns; column++) {
          p0 = p0.add(FloatVector.fromArray(s, x, i + column * columnStep));
          p1 = p1.add(FloatVector.fromArray(s, x, i + step + column * columnStep));
          p2 = p2.add(FloatVector.fromArray(s, x, i + 2 * step + column * columnStep));
          p3 = p3.add(FloatVector.fromArray(s, x, i + 3 * step + column * columnStep));
        }
      }
    }
    p0.mul(scale).intoArray(y, yOffset);
    p1.mul(scale).intoArray(y, yOffset + l);
    p2.mul(scale).intoArray(y, yOffset + 2 * l);
    p3.mul(scale).intoArray(y, yOffset + 3 * l);
  }

  private void sum1(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float scale,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    int columnStep = geometry.columnStep();
    FloatVector sum = FloatVector.zero(s);
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int i = xOffset + plane * geometry.planeStep() + row * geometry.rowStep();
        for (int column = 0; column < columns; column++) {
          sum = sum.add(FloatVector.fromArray(s, x, i + column * columnStep));
        }
      }
    }
    sum.mul(scale).intoArray(y, yOffset);
  }
}
