package dev.crease.runtime.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Local response normalization: the squares of a pixel's channels are laid out in one run, so that
/// the neighbours of a block's channels are vectors at other offsets of it.
///
/// The exponent 3/4, which published networks use, is two square roots; others are taken lane by
/// lane.
final class VectorLrn {
  private final VectorLanes lanes;

  VectorLrn(VectorLanes lanes) {
    this.lanes = lanes;
  }

  /// See [Microkernels#lrn].
  void row(
      LrnGeometry geometry,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] y,
      int yOffset,
      int columns) {
    int l = lanes.species().length();
    int blocks = Math.ceilDiv(geometry.channels(), l);
    int first = squaresOffset + geometry.before();
    for (int column = 0; column < columns; column++) {
      square(x, xOffset + column * l, geometry.xBlockStep(), squares, first, blocks);
      Arrays.fill(squares, first + geometry.channels(), first + blocks * l, 0);
      for (int block = 0; block < blocks; block++) {
        int in = xOffset + column * l + block * geometry.xBlockStep();
        int out = yOffset + column * l + block * geometry.yBlockStep();
        divide(geometry, x, in, squares, squaresOffset + block * l, y, out);
      }
    }
  }

  private void square(
      float[] x, int xOffset, int blockStep, float[] squares, int first, int blocks) {
    VectorSpecies<Float> s = lanes.species();
    for (int block = 0; block < blocks; block++) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + block * blockStep);
      v.mul(v).intoArray(squares, first + block * s.length());
    }
  }

  /// One block of one pixel; the squares before its first channel begin at `at`.
  private void divide(
      LrnGeometry geometry, float[] x, int xOffset, float[] squares, int at, float[] y, int to) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector sum = FloatVector.fromArray(s, squares, at);
    for (int i = 1; i <= geometry.before() + geometry.after(); i++) {
      sum = sum.add(FloatVector.fromArray(s, squares, at + i));
    }
    FloatVector base = sum.mul(geometry.scale()).add(geometry.bias());
    FloatVector v = FloatVector.fromArray(s, x, xOffset);
    if (geometry.beta() == 0.75f) {
      FloatVector root = base.sqrt();
      v.div(root.mul(root.sqrt())).intoArray(y, to);
    } else {
      base.intoArray(y, to);
      for (int lane = 0; lane < s.length(); lane++) {
        y[to + lane] = (float) (x[xOffset + lane] / Math.pow(y[to + lane], geometry.beta()));
      }
    }
  }
}
