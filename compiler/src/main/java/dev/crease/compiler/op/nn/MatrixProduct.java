package dev.crease.compiler.op.nn;

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

  /// Adds the product of `a` `(rows, depth)` and `b` `(depth, columns)` to `c`.
  static void addTo(Matrix c, Matrix a, Matrix b, int rows, int depth, int columns) {
    if (columns < NARROW && rows > 1) {
      addNarrow(c, a, b, rows, depth, columns);
      return;
    }
    for (int column = 0; column < columns; column += TILE_COLUMNS) {
      int width = Math.min(TILE_COLUMNS, columns - column);
      for (int k = 0; k < depth; k += TILE_DEPTH) {
        int end = Math.min(depth, k + TILE_DEPTH);
        for (int row = 0; row < rows; row++) {
          addRow(
              c.data,
              c.offset + row * c.rowStride + column,
              a.data,
              a.offset + row * a.rowStride,
              b,
              column,
              k,
              end,
              width);
        }
      }
    }
  }

  private static void addRow(
      double[] c,
      int to,
      double[] a,
      int row,
      Matrix b,
      int column,
      int begin,
      int end,
      int width) {
    double[] data = b.data;
    int stride = b.rowStride;
    int k = begin;
    for (; k + 4 <= end; k += 4) {
      int from = b.offset + k * stride + column;
      double a0 = a[row + k];
      double a1 = a[row + k + 1];
      double a2 = a[row + k + 2];
      double a3 = a[row + k + 3];
      addFour(c, to, data, from, stride, a0, a1, a2, a3, width);
    }
    for (; k < end; k++) {
      double factor = a[row + k];
      int from = b.offset + k * stride + column;
      for (int i = 0; i < width; i++) {
        c[to + i] += factor * data[from + i];
      }
    }
  }

  private static void addFour(
      double[] c,
      int to,
      double[] b,
      int from,
      int stride,
      double a0,
      double a1,
      double a2,
      double a3,
      int width) {
    int from1 = from + stride;
    int from2 = from1 + stride;
    int from3 = from2 + stride;
    for (int i = 0; i < width; i++) {
      c[to + i] += a0 * b[from + i] + a1 * b[from1 + i] + a2 * b[from2 + i] + a3 * b[from3 + i];
    }
  }

  /// Adds the product of `a` `(rows, depth)` and the transpose of `b` `(columns, depth)` to `c`:
  /// worth it for few rows, where transposing `b` would cost more than the product.
  static void addTransposedTo(Matrix c, Matrix a, Matrix b, int rows, int depth, int columns) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        c.data[c.offset + i * c.rowStride + j] +=
            dot(a.data, a.offset + i * a.rowStride, b.data, b.offset + j * b.rowStride, depth);
      }
    }
  }

  private static void addNarrow(Matrix c, Matrix a, Matrix b, int rows, int depth, int columns) {
    double[] column = new double[depth];
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k < depth; k++) {
        column[k] = b.data[b.offset + k * b.rowStride + j];
      }
      for (int i = 0; i < rows; i++) {
        c.data[c.offset + i * c.rowStride + j] +=
            dot(a.data, a.offset + i * a.rowStride, column, 0, depth);
      }
    }
  }

  private static double dot(double[] a, int left, double[] b, int right, int count) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      sum0 += a[left + k] * b[right + k];
      sum1 += a[left + k + 1] * b[right + k + 1];
      sum2 += a[left + k + 2] * b[right + k + 2];
      sum3 += a[left + k + 3] * b[right + k + 3];
    }
    for (; k < count; k++) {
      sum0 += a[left + k] * b[right + k];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }
}
