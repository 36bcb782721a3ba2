package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Rows of pooling: one vector is one pixel, four neighbouring pixels are in flight so that their
/// chains of operations overlap.
///
/// Maxima are comparisons and moves where no input can be NaN, see [MaxPool3x3]; a zero is `+0`,
/// whatever the order of the zeros.
final class PoolTiles {
  private static final int TILE = 7;

  private final VectorLanes lanes;
  private final MaxPool3x3 threeByThree;

  PoolTiles(VectorLanes lanes) {
    this.lanes = lanes;
    threeByThree = new MaxPool3x3(lanes);
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
    boolean three = planes == 1 && rows == 3 && columns == 3 && geometry.columnStep() == l;
    int pixel = three ? wholeTiles(geometry, x, xOffset, y, yOffset, pixels / TILE) * TILE : 0;
    for (; pixel < pixels; ) {
      int in = xOffset + pixel * geometry.pixelStep();
      int out = yOffset + pixel * l;
      if (pixel + 4 <= pixels && max4(geometry, planes, rows, columns, x, in, y, out)) {
        pixel += 4;
      } else {
        max1(geometry, planes, rows, columns, x, in, y, out);
        pixel++;
      }
    }
  }

  /// @return how many tiles were computed: `tiles`, or none if there are none for this stride
  private int wholeTiles(
      PoolGeometry geometry, float[] x, int xOffset, float[] y, int yOffset, int tiles) {
    int l = lanes.species().length();
    boolean one = geometry.pixelStep() == l;
    if (!one && geometry.pixelStep() != 2 * l) {
      return 0;
    }
    for (int tile = 0; tile < tiles; ) {
      int doubtful =
          one
              ? threeByThree.stride1(geometry, x, xOffset, y, yOffset, tile, tiles)
              : threeByThree.stride2(geometry, x, xOffset, y, yOffset, tile, tiles);
      tile = Math.min(doubtful + 1, tiles);
      for (int pixel = doubtful * TILE; pixel < tile * TILE; pixel++) {
        int in = xOffset + pixel * geometry.pixelStep();
        max1(geometry, 1, 3, 3, x, in, y, yOffset + pixel * l);
      }
    }
    return tiles;
  }

  /// @return whether that is the result, which it may not be if an input is NaN
  private boolean max4(
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
    FloatVector zero = FloatVector.zero(s);
    FloatVector doubt = zero;
    FloatVector p0 = FloatVector.broadcast(s, Float.NEGATIVE_INFINITY);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int i = xOffset + plane * geometry.planeStep() + row * geometry.rowStep();
        for (int column = 0; column < columns; column++) {
          int j = i + column * columnStep;
          FloatVector x0 = FloatVector.fromArray(s, x, j);
          FloatVector x1 = FloatVector.fromArray(s, x, j + step);
          FloatVector x2 = FloatVector.fromArray(s, x, j + 2 * step);
          FloatVector x3 = FloatVector.fromArray(s, x, j + 3 * step);
          doubt = x0.add(x1).add(x2.add(x3)).fma(zero, doubt);
          p0 = p0.blend(x0, x0.compare(VectorOperators.GT, p0));
          p1 = p1.blend(x1, x1.compare(VectorOperators.GT, p1));
          p2 = p2.blend(x2, x2.compare(VectorOperators.GT, p2));
          p3 = p3.blend(x3, x3.compare(VectorOperators.GT, p3));
        }
      }
    }
    p0.add(zero).intoArray(y, yOffset);
    p1.add(zero).intoArray(y, yOffset + l);
    p2.add(zero).intoArray(y, yOffset + 2 * l);
    p3.add(zero).intoArray(y, yOffset + 3 * l);
    return !doubt.compare(VectorOperators.NE, doubt).anyTrue();
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
    max.add(0).intoArray(y, yOffset);
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
