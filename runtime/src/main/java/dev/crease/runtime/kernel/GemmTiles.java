package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products in tiles of several rows by one or more panels of `L` columns, sums in registers
/// over the whole depth. Twelve rows by two panels keep 24 sums in the 32 registers of AVX-512 and
/// NEON, six rows 12 in the 16 of AVX2; a single row, which is bound by reading `b`, takes four
/// panels at a time. Masks are made where they are used: passed on, they would be allocated.
final class GemmTiles {
  private final VectorLanes lanes;
  private final boolean fewRegisters;

  GemmTiles(VectorLanes lanes) {
    this.lanes = lanes;
    fewRegisters = lanes.species().length() == 8;
  }

  /// See [Microkernels#gemm].
  void patch(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int columns,
      int depth) {
    int l = lanes.species().length();
    int whole = columns / l;
    for (int panel = 0; panel * l < columns; ) {
      int left = whole - panel;
      int width = left >= 4 && rows < 4 ? 4 : Math.clamp(left, 1, 2);
      int p = bOffset + panel * l * depth;
      int out = yOffset + panel * l;
      int used = Math.min(width * l, columns - panel * l);
      column(a, aOffset, aStride, b, p, y, out, yStride, rows, depth, width, used);
      panel += width;
    }
  }

  /// All rows of one, two or four panels; only one panel may have less than `L` columns.
  private void column(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int depth,
      int panels,
      int columns) {
    int row = 0;
    while (row < rows) {
      int in = aOffset + row * aStride;
      int out = yOffset + row * yStride;
      int left = rows - row;
      if (panels == 4) {
        tile1x4(a, in, aStride, b, bOffset, y, out, yStride, depth);
        row++;
      } else if (panels == 2 && left >= 12 && !fewRegisters) {
        tile12x2(a, in, aStride, b, bOffset, y, out, yStride, depth);
        row += 12;
      } else if (panels == 2 && left >= 6) {
        tile6x2(a, in, aStride, b, bOffset, y, out, yStride, depth);
        row += 6;
      } else if (left >= 4) {
        four(a, in, aStride, b, bOffset, y, out, yStride, depth, panels, columns);
        row += 4;
      } else {
        one(a, in, aStride, b, bOffset, y, out, yStride, depth, panels, columns);
        row++;
      }
    }
  }

  private void four(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      int panels,
      int columns) {
    if (panels == 2) {
      tile4x2(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth);
    } else {
      tile4x1(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth, columns);
    }
  }

  private void one(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      int panels,
      int columns) {
    if (panels == 2) {
      tile1x2(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth);
    } else {
      tile1x1(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth, columns);
    }
  }

  /// 12 rows by 2 panels.
  private void tile12x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride);
    FloatVector q1 = FloatVector.fromArray(s, y, yOffset + yStride + l);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride);
    FloatVector q2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride + l);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride);
    FloatVector q3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride + l);
    FloatVector p4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride);
    FloatVector q4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride + l);
    FloatVector p5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride);
    FloatVector q5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride + l);
    FloatVector p6 = FloatVector.fromArray(s, y, yOffset + 6 * yStride);
    FloatVector q6 = FloatVector.fromArray(s, y, yOffset + 6 * yStride + l);
    FloatVector p7 = FloatVector.fromArray(s, y, yOffset + 7 * yStride);
    FloatVector q7 = FloatVector.fromArray(s, y, yOffset + 7 * yStride + l);
    FloatVector p8 = FloatVector.fromArray(s, y, yOffset + 8 * yStride);
    FloatVector q8 = FloatVector.fromArray(s, y, yOffset + 8 * yStride + l);
    FloatVector p9 = FloatVector.fromArray(s, y, yOffset + 9 * yStride);
    FloatVector q9 = FloatVector.fromArray(s, y, yOffset + 9 * yStride + l);
    FloatVector p10 = FloatVector.fromArray(s, y, yOffset + 10 * yStride);
    FloatVector q10 = FloatVector.fromArray(s, y, yOffset + 10 * yStride + l);
    FloatVector p11 = FloatVector.fromArray(s, y, yOffset + 11 * yStride);
    FloatVector q11 = FloatVector.fromArray(s, y, yOffset + 11 * yStride + l);
    int b1 = bOffset + depth * l;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector v = FloatVector.fromArray(s, b, b1 + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      q0 = a0.fma(v, q0);
      FloatVector a1 = FloatVector.broadcast(s, a[aOffset + aStride + k]);
      p1 = a1.fma(u, p1);
      q1 = a1.fma(v, q1);
      FloatVector a2 = FloatVector.broadcast(s, a[aOffset + 2 * aStride + k]);
      p2 = a2.fma(u, p2);
      q2 = a2.fma(v, q2);
      FloatVector a3 = FloatVector.broadcast(s, a[aOffset + 3 * aStride + k]);
      p3 = a3.fma(u, p3);
      q3 = a3.fma(v, q3);
      FloatVector a4 = FloatVector.broadcast(s, a[aOffset + 4 * aStride + k]);
      p4 = a4.fma(u, p4);
      q4 = a4.fma(v, q4);
      FloatVector a5 = FloatVector.broadcast(s, a[aOffset + 5 * aStride + k]);
      p5 = a5.fma(u, p5);
      q5 = a5.fma(v, q5);
      FloatVector a6 = FloatVector.broadcast(s, a[aOffset + 6 * aStride + k]);
      p6 = a6.fma(u, p6);
      q6 = a6.fma(v, q6);
      FloatVector a7 = FloatVector.broadcast(s, a[aOffset + 7 * aStride + k]);
      p7 = a7.fma(u, p7);
      q7 = a7.fma(v, q7);
      FloatVector a8 = FloatVector.broadcast(s, a[aOffset + 8 * aStride + k]);
      p8 = a8.fma(u, p8);
      q8 = a8.fma(v, q8);
      FloatVector a9 = FloatVector.broadcast(s, a[aOffset + 9 * aStride + k]);
      p9 = a9.fma(u, p9);
      q9 = a9.fma(v, q9);
      FloatVector a10 = FloatVector.broadcast(s, a[aOffset + 10 * aStride + k]);
      p10 = a10.fma(u, p10);
      q10 = a10.fma(v, q10);
      FloatVector a11 = FloatVector.broadcast(s, a[aOffset + 11 * aStride + k]);
      p11 = a11.fma(u, p11);
      q11 = a11.fma(v, q11);
    }
    p0.intoArray(y, yOffset);
    q0.intoArray(y, yOffset + l);
    p1.intoArray(y, yOffset + yStride);
    q1.intoArray(y, yOffset + yStride + l);
    p2.intoArray(y, yOffset + 2 * yStride);
    q2.intoArray(y, yOffset + 2 * yStride + l);
    p3.intoArray(y, yOffset + 3 * yStride);
    q3.intoArray(y, yOffset + 3 * yStride + l);
    p4.intoArray(y, yOffset + 4 * yStride);
    q4.intoArray(y, yOffset + 4 * yStride + l);
    p5.intoArray(y, yOffset + 5 * yStride);
    q5.intoArray(y, yOffset + 5 * yStride + l);
    p6.intoArray(y, yOffset + 6 * yStride);
    q6.intoArray(y, yOffset + 6 * yStride + l);
    p7.intoArray(y, yOffset + 7 * yStride);
    q7.intoArray(y, yOffset + 7 * yStride + l);
    p8.intoArray(y, yOffset + 8 * yStride);
    q8.intoArray(y, yOffset + 8 * yStride + l);
    p9.intoArray(y, yOffset + 9 * yStride);
    q9.intoArray(y, yOffset + 9 * yStride + l);
    p10.intoArray(y, yOffset + 10 * yStride);
    q10.intoArray(y, yOffset + 10 * yStride + l);
    p11.intoArray(y, yOffset + 11 * yStride);
    q11.intoArray(y, yOffset + 11 * yStride + l);
  }

  /// 6 rows by 2 panels.
  private void tile6x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride);
    FloatVector q1 = FloatVector.fromArray(s, y, yOffset + yStride + l);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride);
    FloatVector q2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride + l);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride);
    FloatVector q3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride + l);
    FloatVector p4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride);
    FloatVector q4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride + l);
    FloatVector p5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride);
    FloatVector q5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride + l);
    int b1 = bOffset + depth * l;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector v = FloatVector.fromArray(s, b, b1 + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      q0 = a0.fma(v, q0);
      FloatVector a1 = FloatVector.broadcast(s, a[aOffset + aStride + k]);
      p1 = a1.fma(u, p1);
      q1 = a1.fma(v, q1);
      FloatVector a2 = FloatVector.broadcast(s, a[aOffset + 2 * aStride + k]);
      p2 = a2.fma(u, p2);
      q2 = a2.fma(v, q2);
      FloatVector a3 = FloatVector.broadcast(s, a[aOffset + 3 * aStride + k]);
      p3 = a3.fma(u, p3);
      q3 = a3.fma(v, q3);
      FloatVector a4 = FloatVector.broadcast(s, a[aOffset + 4 * aStride + k]);
      p4 = a4.fma(u, p4);
      q4 = a4.fma(v, q4);
      FloatVector a5 = FloatVector.broadcast(s, a[aOffset + 5 * aStride + k]);
      p5 = a5.fma(u, p5);
      q5 = a5.fma(v, q5);
    }
    p0.intoArray(y, yOffset);
    q0.intoArray(y, yOffset + l);
    p1.intoArray(y, yOffset + yStride);
    q1.intoArray(y, yOffset + yStride + l);
    p2.intoArray(y, yOffset + 2 * yStride);
    q2.intoArray(y, yOffset + 2 * yStride + l);
    p3.intoArray(y, yOffset + 3 * yStride);
    q3.intoArray(y, yOffset + 3 * yStride + l);
    p4.intoArray(y, yOffset + 4 * yStride);
    q4.intoArray(y, yOffset + 4 * yStride + l);
    p5.intoArray(y, yOffset + 5 * yStride);
    q5.intoArray(y, yOffset + 5 * yStride + l);
  }

  /// 4 rows by 2 panels.
  private void tile4x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride);
    FloatVector q1 = FloatVector.fromArray(s, y, yOffset + yStride + l);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride);
    FloatVector q2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride + l);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride);
    FloatVector q3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride + l);
    int b1 = bOffset + depth * l;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector v = FloatVector.fromArray(s, b, b1 + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      q0 = a0.fma(v, q0);
      FloatVector a1 = FloatVector.broadcast(s, a[aOffset + aStride + k]);
      p1 = a1.fma(u, p1);
      q1 = a1.fma(v, q1);
      FloatVector a2 = FloatVector.broadcast(s, a[aOffset + 2 * aStride + k]);
      p2 = a2.fma(u, p2);
      q2 = a2.fma(v, q2);
      FloatVector a3 = FloatVector.broadcast(s, a[aOffset + 3 * aStride + k]);
      p3 = a3.fma(u, p3);
      q3 = a3.fma(v, q3);
    }
    p0.intoArray(y, yOffset);
    q0.intoArray(y, yOffset + l);
    p1.intoArray(y, yOffset + yStride);
    q1.intoArray(y, yOffset + yStride + l);
    p2.intoArray(y, yOffset + 2 * yStride);
    q2.intoArray(y, yOffset + 2 * yStride + l);
    p3.intoArray(y, yOffset + 3 * yStride);
    q3.intoArray(y, yOffset + 3 * yStride + l);
  }

  /// 1 row by 4 panels.
  private void tile1x4(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l);
    FloatVector r0 = FloatVector.fromArray(s, y, yOffset + 2 * l);
    FloatVector t0 = FloatVector.fromArray(s, y, yOffset + 3 * l);
    int b1 = bOffset + depth * l;
    int b2 = bOffset + 2 * depth * l;
    int b3 = bOffset + 3 * depth * l;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector v = FloatVector.fromArray(s, b, b1 + k * l);
      FloatVector w = FloatVector.fromArray(s, b, b2 + k * l);
      FloatVector z = FloatVector.fromArray(s, b, b3 + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      q0 = a0.fma(v, q0);
      r0 = a0.fma(w, r0);
      t0 = a0.fma(z, t0);
    }
    p0.intoArray(y, yOffset);
    q0.intoArray(y, yOffset + l);
    r0.intoArray(y, yOffset + 2 * l);
    t0.intoArray(y, yOffset + 3 * l);
  }

  /// 1 row by 2 panels.
  private void tile1x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l);
    int b1 = bOffset + depth * l;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector v = FloatVector.fromArray(s, b, b1 + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      q0 = a0.fma(v, q0);
    }
    p0.intoArray(y, yOffset);
    q0.intoArray(y, yOffset + l);
  }

  /// 4 rows by 1 panel.
  private void tile4x1(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      int columns) {
    VectorSpecies<Float> s = lanes.species();
    VectorMask<Float> mask = s.indexInRange(0, columns);
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset, mask);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride, mask);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride, mask);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride, mask);
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      FloatVector a1 = FloatVector.broadcast(s, a[aOffset + aStride + k]);
      p1 = a1.fma(u, p1);
      FloatVector a2 = FloatVector.broadcast(s, a[aOffset + 2 * aStride + k]);
      p2 = a2.fma(u, p2);
      FloatVector a3 = FloatVector.broadcast(s, a[aOffset + 3 * aStride + k]);
      p3 = a3.fma(u, p3);
    }
    p0.intoArray(y, yOffset, mask);
    p1.intoArray(y, yOffset + yStride, mask);
    p2.intoArray(y, yOffset + 2 * yStride, mask);
    p3.intoArray(y, yOffset + 3 * yStride, mask);
  }

  /// 1 row by 1 panel.
  private void tile1x1(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      int columns) {
    VectorSpecies<Float> s = lanes.species();
    VectorMask<Float> mask = s.indexInRange(0, columns);
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset, mask);
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
    }
    p0.intoArray(y, yOffset, mask);
  }
}
