package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products in tiles of several rows by one or more panels of `L` columns, sums in registers
/// over the whole depth. Twelve rows by two panels keep 24 sums in the 32 registers of AVX-512 and
/// NEON, six rows 12 in the 16 of AVX2; a single row, which is bound by reading `b`, takes four
/// panels at a time.
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
    int panels = Math.ceilDiv(columns, l);
    for (int panel = 0; panel < panels; ) {
      int left = panels - panel;
      int width = left >= 4 && rows < 4 ? 4 : Math.min(left, 2);
      VectorMask<Float> last = lanes.species().indexInRange((panel + width - 1) * l, columns);
      int p = bOffset + panel * l * depth;
      int out = yOffset + panel * l;
      column(a, aOffset, aStride, b, p, y, out, yStride, rows, depth, width, last);
      panel += width;
    }
  }

  /// All rows of one, two or four panels.
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
      VectorMask<Float> last) {
    int row = 0;
    while (row < rows) {
      int in = aOffset + row * aStride;
      int out = yOffset + row * yStride;
      int left = rows - row;
      if (panels == 4) {
        tile1x4(a, in, aStride, b, bOffset, y, out, yStride, depth, last);
        row++;
      } else if (panels == 2 && left >= 12 && !fewRegisters) {
        tile12x2(a, in, aStride, b, bOffset, y, out, yStride, depth, last);
        row += 12;
      } else if (panels == 2 && left >= 6) {
        tile6x2(a, in, aStride, b, bOffset, y, out, yStride, depth, last);
        row += 6;
      } else if (left >= 4) {
        four(a, in, aStride, b, bOffset, y, out, yStride, depth, panels, last);
        row += 4;
      } else {
        one(a, in, aStride, b, bOffset, y, out, yStride, depth, panels, last);
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
      VectorMask<Float> last) {
    if (panels == 2) {
      tile4x2(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth, last);
    } else {
      tile4x1(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth, last);
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
      VectorMask<Float> last) {
    if (panels == 2) {
      tile1x2(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth, last);
    } else {
      tile1x1(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, depth, last);
    }
  }

  /// 12 rows by 2 panels; `last` are the columns of the last panel.
  private void tile12x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l, last);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride);
    FloatVector q1 = FloatVector.fromArray(s, y, yOffset + yStride + l, last);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride);
    FloatVector q2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride + l, last);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride);
    FloatVector q3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride + l, last);
    FloatVector p4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride);
    FloatVector q4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride + l, last);
    FloatVector p5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride);
    FloatVector q5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride + l, last);
    FloatVector p6 = FloatVector.fromArray(s, y, yOffset + 6 * yStride);
    FloatVector q6 = FloatVector.fromArray(s, y, yOffset + 6 * yStride + l, last);
    FloatVector p7 = FloatVector.fromArray(s, y, yOffset + 7 * yStride);
    FloatVector q7 = FloatVector.fromArray(s, y, yOffset + 7 * yStride + l, last);
    FloatVector p8 = FloatVector.fromArray(s, y, yOffset + 8 * yStride);
    FloatVector q8 = FloatVector.fromArray(s, y, yOffset + 8 * yStride + l, last);
    FloatVector p9 = FloatVector.fromArray(s, y, yOffset + 9 * yStride);
    FloatVector q9 = FloatVector.fromArray(s, y, yOffset + 9 * yStride + l, last);
    FloatVector p10 = FloatVector.fromArray(s, y, yOffset + 10 * yStride);
    FloatVector q10 = FloatVector.fromArray(s, y, yOffset + 10 * yStride + l, last);
    FloatVector p11 = FloatVector.fromArray(s, y, yOffset + 11 * yStride);
    FloatVector q11 = FloatVector.fromArray(s, y, yOffset + 11 * yStride + l, last);
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
    q0.intoArray(y, yOffset + l, last);
    p1.intoArray(y, yOffset + yStride);
    q1.intoArray(y, yOffset + yStride + l, last);
    p2.intoArray(y, yOffset + 2 * yStride);
    q2.intoArray(y, yOffset + 2 * yStride + l, last);
    p3.intoArray(y, yOffset + 3 * yStride);
    q3.intoArray(y, yOffset + 3 * yStride + l, last);
    p4.intoArray(y, yOffset + 4 * yStride);
    q4.intoArray(y, yOffset + 4 * yStride + l, last);
    p5.intoArray(y, yOffset + 5 * yStride);
    q5.intoArray(y, yOffset + 5 * yStride + l, last);
    p6.intoArray(y, yOffset + 6 * yStride);
    q6.intoArray(y, yOffset + 6 * yStride + l, last);
    p7.intoArray(y, yOffset + 7 * yStride);
    q7.intoArray(y, yOffset + 7 * yStride + l, last);
    p8.intoArray(y, yOffset + 8 * yStride);
    q8.intoArray(y, yOffset + 8 * yStride + l, last);
    p9.intoArray(y, yOffset + 9 * yStride);
    q9.intoArray(y, yOffset + 9 * yStride + l, last);
    p10.intoArray(y, yOffset + 10 * yStride);
    q10.intoArray(y, yOffset + 10 * yStride + l, last);
    p11.intoArray(y, yOffset + 11 * yStride);
    q11.intoArray(y, yOffset + 11 * yStride + l, last);
  }

  /// 6 rows by 2 panels; `last` are the columns of the last panel.
  private void tile6x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l, last);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride);
    FloatVector q1 = FloatVector.fromArray(s, y, yOffset + yStride + l, last);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride);
    FloatVector q2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride + l, last);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride);
    FloatVector q3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride + l, last);
    FloatVector p4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride);
    FloatVector q4 = FloatVector.fromArray(s, y, yOffset + 4 * yStride + l, last);
    FloatVector p5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride);
    FloatVector q5 = FloatVector.fromArray(s, y, yOffset + 5 * yStride + l, last);
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
    q0.intoArray(y, yOffset + l, last);
    p1.intoArray(y, yOffset + yStride);
    q1.intoArray(y, yOffset + yStride + l, last);
    p2.intoArray(y, yOffset + 2 * yStride);
    q2.intoArray(y, yOffset + 2 * yStride + l, last);
    p3.intoArray(y, yOffset + 3 * yStride);
    q3.intoArray(y, yOffset + 3 * yStride + l, last);
    p4.intoArray(y, yOffset + 4 * yStride);
    q4.intoArray(y, yOffset + 4 * yStride + l, last);
    p5.intoArray(y, yOffset + 5 * yStride);
    q5.intoArray(y, yOffset + 5 * yStride + l, last);
  }

  /// 4 rows by 2 panels; `last` are the columns of the last panel.
  private void tile4x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l, last);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride);
    FloatVector q1 = FloatVector.fromArray(s, y, yOffset + yStride + l, last);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride);
    FloatVector q2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride + l, last);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride);
    FloatVector q3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride + l, last);
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
    q0.intoArray(y, yOffset + l, last);
    p1.intoArray(y, yOffset + yStride);
    q1.intoArray(y, yOffset + yStride + l, last);
    p2.intoArray(y, yOffset + 2 * yStride);
    q2.intoArray(y, yOffset + 2 * yStride + l, last);
    p3.intoArray(y, yOffset + 3 * yStride);
    q3.intoArray(y, yOffset + 3 * yStride + l, last);
  }

  /// 1 row by 4 panels; `last` are the columns of the last panel.
  private void tile1x4(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l);
    FloatVector r0 = FloatVector.fromArray(s, y, yOffset + 2 * l);
    FloatVector t0 = FloatVector.fromArray(s, y, yOffset + 3 * l, last);
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
    t0.intoArray(y, yOffset + 3 * l, last);
  }

  /// 1 row by 2 panels; `last` are the columns of the last panel.
  private void tile1x2(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int depth,
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset);
    FloatVector q0 = FloatVector.fromArray(s, y, yOffset + l, last);
    int b1 = bOffset + depth * l;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector v = FloatVector.fromArray(s, b, b1 + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
      q0 = a0.fma(v, q0);
    }
    p0.intoArray(y, yOffset);
    q0.intoArray(y, yOffset + l, last);
  }

  /// 4 rows by 1 panel; `last` are the columns of the last panel.
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
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset, last);
    FloatVector p1 = FloatVector.fromArray(s, y, yOffset + yStride, last);
    FloatVector p2 = FloatVector.fromArray(s, y, yOffset + 2 * yStride, last);
    FloatVector p3 = FloatVector.fromArray(s, y, yOffset + 3 * yStride, last);
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
    p0.intoArray(y, yOffset, last);
    p1.intoArray(y, yOffset + yStride, last);
    p2.intoArray(y, yOffset + 2 * yStride, last);
    p3.intoArray(y, yOffset + 3 * yStride, last);
  }

  /// 1 row by 1 panel; `last` are the columns of the last panel.
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
      VectorMask<Float> last) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector p0 = FloatVector.fromArray(s, y, yOffset, last);
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(s, b, bOffset + k * l);
      FloatVector a0 = FloatVector.broadcast(s, a[aOffset + k]);
      p0 = a0.fma(u, p0);
    }
    p0.intoArray(y, yOffset, last);
  }
}
