package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y` is the determinant of each matrix in the last two dimensions of `x`, by elimination in
/// double with the largest pivot of each column. A task is a matrix.
final class DeterminantKernel implements Kernel {
  private final Tensor x;
  private final Tensor y;
  private final int size;

  /// Operands `x`; results `y` of its leading dimensions.
  DeterminantKernel(Arguments arguments) {
    x = arguments.x(0);
    y = arguments.y(0);
    int rank = x.rank();
    boolean square = rank >= 2 && x.shape()[rank - 1] == x.shape()[rank - 2];
    Arguments.require(square && x.type() == y.type(), "%s does not give %s".formatted(x, y));
    size = x.shape()[rank - 1];
    Arguments.require(
        y.elements() == x.product(0, rank - 2), "%s does not give %s".formatted(x, y));
  }

  @Override
  public int tasks() {
    return y.elements();
  }

  @Override
  public long operationsPerTask() {
    return 1 + (long) size * size * size / 3;
  }

  @Override
  public void run(int begin, int end) {
    double[] matrix = new double[size * size];
    for (int task = begin; task < end; task++) {
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = x.number(task * matrix.length + i);
      }
      y.setNumber(task, determinant(matrix));
    }
  }

  /// The product of the pivots, with a change of sign for each exchange of rows.
  private double determinant(double[] a) {
    double determinant = 1;
    for (int k = 0; k < size; k++) {
      int pivot = pivot(a, k);
      if (a[pivot * size + k] == 0) {
        return 0;
      }
      if (pivot != k) {
        exchange(a, pivot, k);
        determinant = -determinant;
      }
      determinant *= a[k * size + k];
      eliminate(a, k);
    }
    return determinant;
  }

  private int pivot(double[] a, int column) {
    int pivot = column;
    for (int i = column + 1; i < size; i++) {
      if (Math.abs(a[i * size + column]) > Math.abs(a[pivot * size + column])) {
        pivot = i;
      }
    }
    return pivot;
  }

  private void exchange(double[] a, int p, int q) {
    for (int j = 0; j < size; j++) {
      double element = a[p * size + j];
      a[p * size + j] = a[q * size + j];
      a[q * size + j] = element;
    }
  }

  private void eliminate(double[] a, int k) {
    for (int i = k + 1; i < size; i++) {
      double factor = a[i * size + k] / a[k * size + k];
      for (int j = k + 1; j < size; j++) {
        a[i * size + j] -= factor * a[k * size + j];
      }
    }
  }
}
