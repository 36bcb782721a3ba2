package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows of depthwise convolutions; one vector is one pixel.
///
/// These loops are bound by loading, so for the common kernels of 3 and 5 columns, seven
/// neighbouring output pixels share each input pixel they read: it is loaded once and multiplied by
/// the weights of all columns that meet it. Every output still adds its taps in order. A rest of
/// fewer than seven pixels overlaps the tile before it, except in rows too short for a tile.
final class DepthwiseTiles {
  private static final int TILE = 7;

  private final VectorLanes lanes;
  private final VectorUnary unary;
  private final Depthwise3x3 threeByThree;

  DepthwiseTiles(VectorLanes lanes) {
    this.lanes = lanes;
    unary = new VectorUnary(lanes);
    threeByThree = new Depthwise3x3(lanes);
  }

  /// See [Microkernels#depthwise].
  void row(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int columns) {
    int l = lanes.species().length();
    int column =
        wholeTiles(
            geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset, columns);
    int rest = column;
    while (column < columns) {
      boolean tile = columns >= TILE && columns - column > 1;
      int first = tile ? Math.min(column, columns - TILE) : column;
      rest = Math.min(rest, first);
      int in = xOffset + first * geometry.xPixelStep();
      int out = yOffset + first * l;
      if (tile) {
        tile(geometry, x, in, weights, weightOffset, bias, biasOffset, y, out);
      } else {
        pixel(geometry, x, in, weights, weightOffset, bias, biasOffset, y, out);
      }
      column = first + (tile ? TILE : 1);
    }
    Clip clip = geometry.clip();
    if (!clip.isNone() && rest < columns) {
      int at = yOffset + rest * l;
      unary.clip(clip.low(), clip.high(), y, at, y, at, (columns - rest) * l);
    }
  }

  /// Computes the tiles of a row in one go if that can be.
  ///
  /// @return how many columns that were
  private int wholeTiles(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int columns) {
    int l = lanes.species().length();
    int tiles = columns / TILE;
    boolean one = geometry.xPixelStep() == l;
    boolean two = geometry.xPixelStep() == 2 * l;
    boolean fits = geometry.isThreeByThree(l) && l != 8 && (one || two) && tiles > 0;
    if (fits && one) {
      threeByThree.stride1(
          geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset, tiles);
    } else if (fits) {
      threeByThree.stride2(
          geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset, tiles);
    }
    return fits ? tiles * TILE : 0;
  }

  private void tile(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset) {
    int l = lanes.species().length();
    boolean dense = geometry.columnStep() == l;
    boolean one = geometry.xPixelStep() == l;
    boolean two = geometry.xPixelStep() == 2 * l;
    if (dense && one && geometry.columns() == 3) {
      slide3(geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset);
    } else if (dense && one && geometry.columns() == 5) {
      slide5(geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset);
    } else if (dense && two && geometry.columns() == 3) {
      slide3Stride2(geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset);
    } else if (dense && two && geometry.columns() == 5) {
      slide5Stride2(geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset);
    } else {
      any(geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset);
    }
  }

  /// Seven pixels, kernels 3 wide, stride 1.
  private void slide3(
      DepthwiseGeometry geometry,
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
    int[] rows = geometry.rows();
    FloatVector p0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    FloatVector p4 = p0;
    FloatVector p5 = p0;
    FloatVector p6 = p0;
    for (int row = 0; row < rows.length; row++) {
      int i = xOffset + rows[row];
      int j = weightOffset + row * 3 * l;
      FloatVector w0 = FloatVector.fromArray(s, weights, j);
      FloatVector w1 = FloatVector.fromArray(s, weights, j + l);
      FloatVector w2 = FloatVector.fromArray(s, weights, j + 2 * l);
      FloatVector x0 = FloatVector.fromArray(s, x, i);
      p0 = x0.fma(w0, p0);
      FloatVector x1 = FloatVector.fromArray(s, x, i + l);
      p0 = x1.fma(w1, p0);
      p1 = x1.fma(w0, p1);
      FloatVector x2 = FloatVector.fromArray(s, x, i + 2 * l);
      p0 = x2.fma(w2, p0);
      p1 = x2.fma(w1, p1);
      p2 = x2.fma(w0, p2);
      FloatVector x3 = FloatVector.fromArray(s, x, i + 3 * l);
      p1 = x3.fma(w2, p1);
      p2 = x3.fma(w1, p2);
      p3 = x3.fma(w0, p3);
      FloatVector x4 = FloatVector.fromArray(s, x, i + 4 * l);
      p2 = x4.fma(w2, p2);
      p3 = x4.fma(w1, p3);
      p4 = x4.fma(w0, p4);
      FloatVector x5 = FloatVector.fromArray(s, x, i + 5 * l);
      p3 = x5.fma(w2, p3);
      p4 = x5.fma(w1, p4);
      p5 = x5.fma(w0, p5);
      FloatVector x6 = FloatVector.fromArray(s, x, i + 6 * l);
      p4 = x6.fma(w2, p4);
      p5 = x6.fma(w1, p5);
      p6 = x6.fma(w0, p6);
      FloatVector x7 = FloatVector.fromArray(s, x, i + 7 * l);
      p5 = x7.fma(w2, p5);
      p6 = x7.fma(w1, p6);
      FloatVector x8 = FloatVector.fromArray(s, x, i + 8 * l);
      p6 = x8.fma(w2, p6);
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
    p4.intoArray(y, yOffset + 4 * l);
    p5.intoArray(y, yOffset + 5 * l);
    p6.intoArray(y, yOffset + 6 * l);
  }

  /// Seven pixels, kernels 5 wide, stride 1.
  private void slide5(
      DepthwiseGeometry geometry,
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
    int[] rows = geometry.rows();
    FloatVector p0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    FloatVector p4 = p0;
    FloatVector p5 = p0;
    FloatVector p6 = p0;
    for (int row = 0; row < rows.length; row++) {
      int i = xOffset + rows[row];
      int j = weightOffset + row * 5 * l;
      FloatVector w0 = FloatVector.fromArray(s, weights, j);
      FloatVector w1 = FloatVector.fromArray(s, weights, j + l);
      FloatVector w2 = FloatVector.fromArray(s, weights, j + 2 * l);
      FloatVector w3 = FloatVector.fromArray(s, weights, j + 3 * l);
      FloatVector w4 = FloatVector.fromArray(s, weights, j + 4 * l);
      FloatVector x0 = FloatVector.fromArray(s, x, i);
      p0 = x0.fma(w0, p0);
      FloatVector x1 = FloatVector.fromArray(s, x, i + l);
      p0 = x1.fma(w1, p0);
      p1 = x1.fma(w0, p1);
      FloatVector x2 = FloatVector.fromArray(s, x, i + 2 * l);
      p0 = x2.fma(w2, p0);
      p1 = x2.fma(w1, p1);
      p2 = x2.fma(w0, p2);
      FloatVector x3 = FloatVector.fromArray(s, x, i + 3 * l);
      p0 = x3.fma(w3, p0);
      p1 = x3.fma(w2, p1);
      p2 = x3.fma(w1, p2);
      p3 = x3.fma(w0, p3);
      FloatVector x4 = FloatVector.fromArray(s, x, i + 4 * l);
      p0 = x4.fma(w4, p0);
      p1 = x4.fma(w3, p1);
      p2 = x4.fma(w2, p2);
      p3 = x4.fma(w1, p3);
      p4 = x4.fma(w0, p4);
      FloatVector x5 = FloatVector.fromArray(s, x, i + 5 * l);
      p1 = x5.fma(w4, p1);
      p2 = x5.fma(w3, p2);
      p3 = x5.fma(w2, p3);
      p4 = x5.fma(w1, p4);
      p5 = x5.fma(w0, p5);
      FloatVector x6 = FloatVector.fromArray(s, x, i + 6 * l);
      p2 = x6.fma(w4, p2);
      p3 = x6.fma(w3, p3);
      p4 = x6.fma(w2, p4);
      p5 = x6.fma(w1, p5);
      p6 = x6.fma(w0, p6);
      FloatVector x7 = FloatVector.fromArray(s, x, i + 7 * l);
      p3 = x7.fma(w4, p3);
      p4 = x7.fma(w3, p4);
      p5 = x7.fma(w2, p5);
      p6 = x7.fma(w1, p6);
      FloatVector x8 = FloatVector.fromArray(s, x, i + 8 * l);
      p4 = x8.fma(w4, p4);
      p5 = x8.fma(w3, p5);
      p6 = x8.fma(w2, p6);
      FloatVector x9 = FloatVector.fromArray(s, x, i + 9 * l);
      p5 = x9.fma(w4, p5);
      p6 = x9.fma(w3, p6);
      FloatVector x10 = FloatVector.fromArray(s, x, i + 10 * l);
      p6 = x10.fma(w4, p6);
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
    p4.intoArray(y, yOffset + 4 * l);
    p5.intoArray(y, yOffset + 5 * l);
    p6.intoArray(y, yOffset + 6 * l);
  }

  /// Seven pixels, kernels 3 wide, stride 2.
  private void slide3Stride2(
      DepthwiseGeometry geometry,
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
    int[] rows = geometry.rows();
    FloatVector p0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    FloatVector p4 = p0;
    FloatVector p5 = p0;
    FloatVector p6 = p0;
    for (int row = 0; row < rows.length; row++) {
      int i = xOffset + rows[row];
      int j = weightOffset + row * 3 * l;
      FloatVector w0 = FloatVector.fromArray(s, weights, j);
      FloatVector w1 = FloatVector.fromArray(s, weights, j + l);
      FloatVector w2 = FloatVector.fromArray(s, weights, j + 2 * l);
      FloatVector x0 = FloatVector.fromArray(s, x, i);
      p0 = x0.fma(w0, p0);
      FloatVector x1 = FloatVector.fromArray(s, x, i + l);
      p0 = x1.fma(w1, p0);
      FloatVector x2 = FloatVector.fromArray(s, x, i + 2 * l);
      p0 = x2.fma(w2, p0);
      p1 = x2.fma(w0, p1);
      FloatVector x3 = FloatVector.fromArray(s, x, i + 3 * l);
      p1 = x3.fma(w1, p1);
      FloatVector x4 = FloatVector.fromArray(s, x, i + 4 * l);
      p1 = x4.fma(w2, p1);
      p2 = x4.fma(w0, p2);
      FloatVector x5 = FloatVector.fromArray(s, x, i + 5 * l);
      p2 = x5.fma(w1, p2);
      FloatVector x6 = FloatVector.fromArray(s, x, i + 6 * l);
      p2 = x6.fma(w2, p2);
      p3 = x6.fma(w0, p3);
      FloatVector x7 = FloatVector.fromArray(s, x, i + 7 * l);
      p3 = x7.fma(w1, p3);
      FloatVector x8 = FloatVector.fromArray(s, x, i + 8 * l);
      p3 = x8.fma(w2, p3);
      p4 = x8.fma(w0, p4);
      FloatVector x9 = FloatVector.fromArray(s, x, i + 9 * l);
      p4 = x9.fma(w1, p4);
      FloatVector x10 = FloatVector.fromArray(s, x, i + 10 * l);
      p4 = x10.fma(w2, p4);
      p5 = x10.fma(w0, p5);
      FloatVector x11 = FloatVector.fromArray(s, x, i + 11 * l);
      p5 = x11.fma(w1, p5);
      FloatVector x12 = FloatVector.fromArray(s, x, i + 12 * l);
      p5 = x12.fma(w2, p5);
      p6 = x12.fma(w0, p6);
      FloatVector x13 = FloatVector.fromArray(s, x, i + 13 * l);
      p6 = x13.fma(w1, p6);
      FloatVector x14 = FloatVector.fromArray(s, x, i + 14 * l);
      p6 = x14.fma(w2, p6);
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
    p4.intoArray(y, yOffset + 4 * l);
    p5.intoArray(y, yOffset + 5 * l);
    p6.intoArray(y, yOffset + 6 * l);
  }

  /// Seven pixels, kernels 5 wide, stride 2.
  private void slide5Stride2(
      DepthwiseGeometry geometry,
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
    int[] rows = geometry.rows();
    FloatVector p0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    FloatVector p4 = p0;
    FloatVector p5 = p0;
    FloatVector p6 = p0;
    for (int row = 0; row < rows.length; row++) {
      int i = xOffset + rows[row];
      int j = weightOffset + row * 5 * l;
      FloatVector w0 = FloatVector.fromArray(s, weights, j);
      FloatVector w1 = FloatVector.fromArray(s, weights, j + l);
      FloatVector w2 = FloatVector.fromArray(s, weights, j + 2 * l);
      FloatVector w3 = FloatVector.fromArray(s, weights, j + 3 * l);
      FloatVector w4 = FloatVector.fromArray(s, weights, j + 4 * l);
      FloatVector x0 = FloatVector.fromArray(s, x, i);
      p0 = x0.fma(w0, p0);
      FloatVector x1 = FloatVector.fromArray(s, x, i + l);
      p0 = x1.fma(w1, p0);
      FloatVector x2 = FloatVector.fromArray(s, x, i + 2 * l);
      p0 = x2.fma(w2, p0);
      p1 = x2.fma(w0, p1);
      FloatVector x3 = FloatVector.fromArray(s, x, i + 3 * l);
      p0 = x3.fma(w3, p0);
      p1 = x3.fma(w1, p1);
      FloatVector x4 = FloatVector.fromArray(s, x, i + 4 * l);
      p0 = x4.fma(w4, p0);
      p1 = x4.fma(w2, p1);
      p2 = x4.fma(w0, p2);
      FloatVector x5 = FloatVector.fromArray(s, x, i + 5 * l);
      p1 = x5.fma(w3, p1);
      p2 = x5.fma(w1, p2);
      FloatVector x6 = FloatVector.fromArray(s, x, i + 6 * l);
      p1 = x6.fma(w4, p1);
      p2 = x6.fma(w2, p2);
      p3 = x6.fma(w0, p3);
      FloatVector x7 = FloatVector.fromArray(s, x, i + 7 * l);
      p2 = x7.fma(w3, p2);
      p3 = x7.fma(w1, p3);
      FloatVector x8 = FloatVector.fromArray(s, x, i + 8 * l);
      p2 = x8.fma(w4, p2);
      p3 = x8.fma(w2, p3);
      p4 = x8.fma(w0, p4);
      FloatVector x9 = FloatVector.fromArray(s, x, i + 9 * l);
      p3 = x9.fma(w3, p3);
      p4 = x9.fma(w1, p4);
      FloatVector x10 = FloatVector.fromArray(s, x, i + 10 * l);
      p3 = x10.fma(w4, p3);
      p4 = x10.fma(w2, p4);
      p5 = x10.fma(w0, p5);
      FloatVector x11 = FloatVector.fromArray(s, x, i + 11 * l);
      p4 = x11.fma(w3, p4);
      p5 = x11.fma(w1, p5);
      FloatVector x12 = FloatVector.fromArray(s, x, i + 12 * l);
      p4 = x12.fma(w4, p4);
      p5 = x12.fma(w2, p5);
      p6 = x12.fma(w0, p6);
      FloatVector x13 = FloatVector.fromArray(s, x, i + 13 * l);
      p5 = x13.fma(w3, p5);
      p6 = x13.fma(w1, p6);
      FloatVector x14 = FloatVector.fromArray(s, x, i + 14 * l);
      p5 = x14.fma(w4, p5);
      p6 = x14.fma(w2, p6);
      FloatVector x15 = FloatVector.fromArray(s, x, i + 15 * l);
      p6 = x15.fma(w3, p6);
      FloatVector x16 = FloatVector.fromArray(s, x, i + 16 * l);
      p6 = x16.fma(w4, p6);
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
    p4.intoArray(y, yOffset + 4 * l);
    p5.intoArray(y, yOffset + 5 * l);
    p6.intoArray(y, yOffset + 6 * l);
  }

  /// Seven pixels, any kernel.
  private void any(
      DepthwiseGeometry geometry,
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
    int[] rows = geometry.rows();
    int step = geometry.xPixelStep();
    FloatVector p0 = FloatVector.fromArray(s, bias, biasOffset);
    FloatVector p1 = p0;
    FloatVector p2 = p0;
    FloatVector p3 = p0;
    FloatVector p4 = p0;
    FloatVector p5 = p0;
    FloatVector p6 = p0;
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < geometry.columns(); column++) {
        int i = xOffset + rows[row] + column * geometry.columnStep();
        int j = weightOffset + (row * geometry.columns() + column) * l;
        FloatVector w = FloatVector.fromArray(s, weights, j);
        p0 = FloatVector.fromArray(s, x, i).fma(w, p0);
        p1 = FloatVector.fromArray(s, x, i + step).fma(w, p1);
        p2 = FloatVector.fromArray(s, x, i + 2 * step).fma(w, p2);
        p3 = FloatVector.fromArray(s, x, i + 3 * step).fma(w, p3);
        p4 = FloatVector.fromArray(s, x, i + 4 * step).fma(w, p4);
        p5 = FloatVector.fromArray(s, x, i + 5 * step).fma(w, p5);
        p6 = FloatVector.fromArray(s, x, i + 6 * step).fma(w, p6);
      }
    }
    p0.intoArray(y, yOffset);
    p1.intoArray(y, yOffset + l);
    p2.intoArray(y, yOffset + 2 * l);
    p3.intoArray(y, yOffset + 3 * l);
    p4.intoArray(y, yOffset + 4 * l);
    p5.intoArray(y, yOffset + 5 * l);
    p6.intoArray(y, yOffset + 6 * l);
  }

  private void pixel(
      DepthwiseGeometry geometry,
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
    int[] rows = geometry.rows();
    FloatVector sum = FloatVector.fromArray(s, bias, biasOffset);
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < geometry.columns(); column++) {
        int i = xOffset + rows[row] + column * geometry.columnStep();
        int j = weightOffset + (row * geometry.columns() + column) * l;
        sum = FloatVector.fromArray(s, x, i).fma(FloatVector.fromArray(s, weights, j), sum);
      }
    }
    sum.intoArray(y, yOffset);
  }
}
