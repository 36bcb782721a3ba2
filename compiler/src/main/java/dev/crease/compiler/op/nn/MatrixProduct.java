package dev.crease.compiler.op.nn;

import java.util.Arrays;

/// `c += a b` on row-major matrices of doubles inside larger arrays: the reference for every linear
/// operator, as plain loops in an order that keeps a tile of `b` in the cache.
final class MatrixProduct {
  private static final int TILE_COLUMNS = 256;
  private static final int TILE_DEPTH = 128;

  /// Below this width a row of `b` is too short to pay for its loop.
  private static final int NARROW = 16;

  private MatrixProduct() {}

  /// A matrix in an array: row `i` starts at `offset + i * rowStride`.
  record Matrix(double[] data, int offset, int rowStride) {}

  /// A matrix whose row `i` starts at `offset + starts[i]`.
  record Rows(double[] data, int offset, int[] starts) {
    static Rows of(double[] data, int count, int rowStride) {
      int[] starts = new int[count];
      Arrays.setAll(starts, i -> i * rowStride);
      return new Rows(data, 0, starts);
    }

    Rows from(int newOffset) {
      return new Rows(data, newOffset, starts);
    }
  }

  /// Adds the product of `a` `(rows, depth)` and `b` `(depth, columns)` to `c`.
  static void addTo(Matrix c, Matrix a, Rows b, int rows, int columns) {
    if (columns < NARROW && rows > 1) {
      addNarrow(c, a, b, rows, columns);
      return;
    }
    int depth = b.starts.length;
    for (int column = 0; column < columns; column += TILE_COLUMNS) {
      int width = Math.min(TILE_COLUMNS, columns - column);
      for (int k = 0; k < depth; k += TILE_DEPTH) {
        int end = Math.min(depth, k + TILE_DEPTH);
        for (int row = 0; row < rows; row++) {
          int to = c.offset + row * c.rowStride + column;
          addRow(c.data, to, a, row, b, column, k, end, width);
        }
      }
    }
  }

  private static void addRow(
      double[] c, int to, Matrix a, int row, Rows b, int column, int begin, int end, int width) {
    int factors = a.offset + row * a.rowStride;
    int first = b.offset + column;
    int k = begin;
    for (; k + 4 <= end; k += 4) {
      addFour(c, to, a.data, factors + k, b, k, first, width);
    }
    for (; k < end; k++) {
      double factor = a.data[factors + k];
      int from = first + b.starts[k];
      for (int i = 0; i < width; i++) {
        c[to + i] += factor * b.data[from + i];
      }
    }
  }

  private static void addFour(
      double[] c, int to, double[] a, int factors, Rows rows, int k, int first, int width) {
    double[] b = rows.data;
    int[] starts = rows.starts;
    int from0 = first + starts[k];
    int from1 = first + starts[k + 1];
    int from2 = first + starts[k + 2];
    int from3 = first + starts[k + 3];
    double a0 = a[factors];
    double a1 = a[factors + 1];
    double a2 = a[factors + 2];
    double a3 = a[factors + 3];
    for (int i = 0; i < width; i++) {
      c[to + i] += a0 * b[from0 + i] + a1 * b[from1 + i] + a2 * b[from2 + i] + a3 * b[from3 + i];
    }
  }

  /// Adds the product of `a` `(rows, depth)` and the transpose of `b` `(columns, depth)` to `c`:
  /// worth it for few rows, where transposing `b` would cost more than the product.
  static void addTransposedTo(Matrix c, Matrix a, Matrix b, int rows, int depth, int columns) {
    for (int i = 0; i < rows; i++) {
      int to = c.offset + i * c.rowStride;
      addDots(c.data, to, 1, b, columns, a.data, a.offset + i * a.rowStride, depth);
    }
  }

  private static void addNarrow(Matrix c, Matrix a, Rows b, int rows, int columns) {
    double[] column = new double[b.starts.length];
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k < column.length; k++) {
        column[k] = b.data[b.offset + b.starts[k] + j];
      }
      addDots(c.data, c.offset + j, c.rowStride, a, rows, column, 0, column.length);
    }
  }

  /// Adds the dot product of each row of `a` with `count` elements of `b` to every `stride`-th
  /// element of `c`.
  private static void addDots(
      double[] c, int to, int stride, Matrix a, int rows, double[] b, int from, int count) {
    int row = 0;
    for (; row + 4 <= rows; row += 4) {
      addFourDots(c, to + row * stride, stride, a, row, b, from, count);
    }
    for (; row < rows; row++) {
      c[to + row * stride] += dot(a.data, a.offset + row * a.rowStride, b, from, count);
    }
  }

  /// Four sums that do not wait for one another.
  private static void addFourDots(
      double[] c, int to, int stride, Matrix rows, int row, double[] b, int from, int count) {
    double[] a = rows.data;
    int row0 = rows.offset + row * rows.rowStride;
    int row1 = row0 + rows.rowStride;
    int row2 = row1 + rows.rowStride;
    int row3 = row2 + rows.rowStride;
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (int k = 0; k < count; k++) {
      double factor = b[from + k];
      sum0 += a[row0 + k] * factor;
      sum1 += a[row1 + k] * factor;
      sum2 += a[row2 + k] * factor;
      sum3 += a[row3 + k] * factor;
    }
    c[to] += sum0;
    c[to + stride] += sum1;
    c[to + 2 * stride] += sum2;
    c[to + 3 * stride] += sum3;
  }

  private static double dot(double[] a, int left, double[] b, int right, int count) {
    double even = 0;
    double odd = 0;
    int k = 0;
    for (; k + 2 <= count; k += 2) {
      even += a[left + k] * b[right + k];
      odd += a[left + k + 1] * b[right + k + 1];
    }
    return k < count ? even + odd + a[left + k] * b[right + k] : even + odd;
  }
}
