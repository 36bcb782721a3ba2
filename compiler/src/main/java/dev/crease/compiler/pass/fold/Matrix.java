package dev.crease.compiler.pass.fold;

/// Part of an array, row by row.
///
/// @param at where it begins
record Matrix(double[] elements, int at, int rows, int columns) {
  /// The part of `array` that is as large and as far from the beginning as `part` of `parts`.
  static Matrix part(double[] array, int part, int parts, int columns) {
    int size = array.length / parts;
    return new Matrix(array, part * size, columns == 0 ? 0 : size / columns, columns);
  }

  static Matrix of(double[] array, int columns) {
    return part(array, 0, 1, columns);
  }

  /// Adds `left right` to this.
  void addProduct(Matrix left, Matrix right) {
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < left.columns; k++) {
        double factor = left.elements[left.at + i * left.columns + k];
        int to = at + i * columns;
        int from = right.at + k * right.columns;
        for (int j = 0; j < columns; j++) {
          elements[to + j] += factor * right.elements[from + j];
        }
      }
    }
  }

  Matrix transposed() {
    double[] swapped = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        swapped[j * rows + i] = elements[at + i * columns + j];
      }
    }
    return new Matrix(swapped, 0, columns, rows);
  }
}
