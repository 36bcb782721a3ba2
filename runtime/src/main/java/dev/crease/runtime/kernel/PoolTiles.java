package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows of pooling: one vector is one pixel, four neighbouring pixels are in flight so that their
/// chains of operations overlap.
final class PoolTiles {
  private final VectorLanes lanes;

  PoolTiles(VectorLanes lanes) {
    this.lanes = lanes;
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
      float divisor,
      float[] y,
      int yOffset,
      int pixels) {
    int l = lanes.species().length();
    int pixel = 0;
    for (; pixel + 4 <= pixels; pixel += 4) {
      int in = xOffset + pixel * geometry.pixelStep();
      sum4(geometry, planes, rows, columns, x, in, divisor, y, yOffset + pixel * l);
    }
    for (; pixel < pixels; pixel++) {
      int in = xOffset + pixel * geometry.pixelStep();
      sum1(geometry, planes, rows, columns, x, in, divisor, y, yOffset + pixel * l);
    }
  }

  private void sum4(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float divisor,
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
    p0.div(divisor).intoArray(y, yOffset);
    p1.div(divisor).intoArray(y, yOffset + l);
    p2.div(divisor).intoArray(y, yOffset + 2 * l);
    p3.div(divisor).intoArray(y, yOffset + 3 * l);
  }

  private void sum1(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float divisor,
      float[] y,
      int yOffset) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector sum = FloatVector.zero(s);
    int step = geometry.columnStep();
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int from = xOffset + plane * geometry.planeStep() + row * geometry.rowStep();
        // In four chains, which overlap and lose fewer digits than one.
        FloatVector s0 = FloatVector.zero(s);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int column = 0;
        for (; column + 4 <= columns; column += 4) {
          int i = from + column * step;
          s0 = s0.add(FloatVector.fromArray(s, x, i));
          s1 = s1.add(FloatVector.fromArray(s, x, i + step));
          s2 = s2.add(FloatVector.fromArray(s, x, i + 2 * step));
          s3 = s3.add(FloatVector.fromArray(s, x, i + 3 * step));
        }
        for (; column < columns; column++) {
          s0 = s0.add(FloatVector.fromArray(s, x, from + column * step));
        }
        sum = sum.add(s0.add(s1).add(s2.add(s3)));
      }
    }
    sum.div(divisor).intoArray(y, yOffset);
  }
}
