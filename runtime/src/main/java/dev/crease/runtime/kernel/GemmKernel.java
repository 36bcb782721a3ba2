package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;

/// `y = activation(a b + bias)`; leading dimensions broadcast as in ONNX's MatMul. A task is a
/// range of rows and columns of one matrix of `y`.
public final class GemmKernel implements Kernel {
  private static final int ROWS = 48;
  private static final int PANELS = 8;

  private final Microkernels microkernels;
  private final Strided a;
  private final float[] b;
  private final int[] bMatrices;
  private final float @Nullable [] bias;
  private final int biasOffset;
  private final Strided y;
  private final Activation activation;
  private final int[] aMatrices;
  private final int[] yMatrices;
  private final int rows;
  private final int depth;
  private final int columns;
  private final int rowTasks;
  private final int columnsPerTask;
  private final int columnTasks;

  /// @param a `(batch..., M, K)`; its rows are contiguous
  /// @param b [Packing#gemm] of `(batch..., K, N)`
  /// @param bBatch the leading dimensions of `b`
  /// @param bias N elements, or null
  /// @param y `(batch..., M, N)`; its rows are contiguous
  /// @throws IllegalArgumentException if leading dimensions do not broadcast or rows are not
  ///   contiguous
  public GemmKernel(
      Microkernels microkernels,
      Strided a,
      float[] b,
      int bOffset,
      int[] bBatch,
      float @Nullable [] bias,
      int biasOffset,
      Strided y,
      Activation activation) {
    boolean joins = product(bBatch) == 1 && joins(a) && joins(y) && a.rank() == y.rank();
    this.microkernels = microkernels;
    this.a = joins ? joined(requireRows(a)) : requireRows(a);
    this.y = joins ? joined(requireRows(y)) : requireRows(y);
    this.b = b;
    this.bias = bias;
    this.biasOffset = biasOffset;
    this.activation = activation;
    depth = a.shape()[a.rank() - 1];
    columns = y.shape()[y.rank() - 1];
    int matrixSize = Packing.gemmSize(1, depth, columns, microkernels.lanes());
    aMatrices = offsets(leading(this.a), this.y);
    bMatrices = offsets(matrices(b, bOffset, bBatch, matrixSize), this.y);
    yMatrices = offsets(leading(this.y), this.y);
    rows = this.y.shape()[this.y.rank() - 2];
    rowTasks = Math.ceilDiv(rows, ROWS);
    columnsPerTask = PANELS * microkernels.lanes();
    columnTasks = Math.ceilDiv(columns, columnsPerTask);
  }

  private static Strided requireRows(Strided matrix) {
    int last = matrix.rank() - 1;
    if (matrix.shape()[last] > 1 && matrix.strides()[last] != 1) {
      throw new IllegalArgumentException(
          "rows of a matrix must be contiguous, stride is " + matrix.strides()[last]);
    }
    return matrix;
  }

  /// Whether the matrices follow each other so that all their rows are rows of one.
  private static boolean joins(Strided matrix) {
    for (int axis = matrix.rank() - 3; axis >= 0; axis--) {
      int next = matrix.strides()[axis + 1] * matrix.shape()[axis + 1];
      if (matrix.shape()[axis] != 1 && matrix.strides()[axis] != next) {
        return false;
      }
    }
    return true;
  }

  private static Strided joined(Strided matrix) {
    int last = matrix.rank() - 1;
    int columns = matrix.shape()[last];
    int rows = product(Arrays.copyOf(matrix.shape(), last));
    int[] strides = {matrix.strides()[last - 1], matrix.strides()[last]};
    return new Strided(matrix.array(), matrix.offset(), new int[] {rows, columns}, strides);
  }

  private static int product(int[] dims) {
    int product = 1;
    for (int dim : dims) {
      product *= dim;
    }
    return product;
  }

  /// The tensor of first elements of matrices.
  private static Strided leading(Strided matrix) {
    int rank = matrix.rank() - 2;
    return new Strided(
        matrix.array(),
        matrix.offset(),
        Arrays.copyOf(matrix.shape(), rank),
        Arrays.copyOf(matrix.strides(), rank));
  }

  private static Strided matrices(float[] array, int offset, int[] batch, int matrixSize) {
    int[] strides = new int[batch.length];
    int stride = matrixSize;
    for (int axis = batch.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= batch[axis];
    }
    return new Strided(array, offset, batch, strides);
  }

  /// Where the matrix of an operand begins for each matrix of `y`.
  private static int[] offsets(Strided leading, Strided y) {
    int[] batch = Arrays.copyOf(y.shape(), y.rank() - 2);
    int first = 0;
    while (leading.rank() - first > batch.length && leading.shape()[first] == 1) {
      first++;
    }
    Strided fitting =
        new Strided(
            leading.array(),
            leading.offset(),
            Arrays.copyOfRange(leading.shape(), first, leading.rank()),
            Arrays.copyOfRange(leading.strides(), first, leading.rank()));
    Strided broadcast = fitting.broadcast(batch);
    int[] offsets = new int[product(batch)];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = broadcast.index(i);
    }
    return offsets;
  }

  @Override
  public int tasks() {
    return yMatrices.length * rowTasks * columnTasks;
  }

  @Override
  public long operationsPerTask() {
    return 2L * Math.min(ROWS, rows) * Math.min(columnsPerTask, columns) * depth;
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int row = task % rowTasks * ROWS;
      int rest = task / rowTasks;
      patch(rest / columnTasks, row, rest % columnTasks * columnsPerTask);
    }
  }

  private void patch(int matrix, int row, int column) {
    int height = Math.min(ROWS, rows - row);
    int width = Math.min(columnsPerTask, columns - column);
    int aStride = a.strides()[a.rank() - 2];
    int yStride = y.strides()[y.rank() - 2];
    float[] to = (float[]) y.array();
    int out = yMatrices[matrix] + row * yStride + column;
    for (int i = 0; i < height; i++) {
      start(to, out + i * yStride, column, width);
    }
    microkernels.gemm(
        (float[]) a.array(),
        aMatrices[matrix] + row * aStride,
        aStride,
        b,
        bMatrices[matrix] + column * depth,
        to,
        out,
        yStride,
        height,
        width,
        depth);
    for (int i = 0; i < height; i++) {
      activate(to, out + i * yStride, width);
    }
  }

  private void start(float[] to, int out, int column, int width) {
    if (bias == null) {
      Arrays.fill(to, out, out + width, 0);
    } else {
      System.arraycopy(bias, biasOffset + column, to, out, width);
    }
  }

  private void activate(float[] to, int out, int width) {
    if (activation.function() != UnaryFunction.IDENTITY) {
      microkernels.unary(
          activation.function(), activation.alpha(), activation.beta(), to, out, to, out, width);
    }
  }
}
