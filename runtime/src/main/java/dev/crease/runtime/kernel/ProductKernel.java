package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// `y = alpha a b + beta c` on matrices of any number type, in plain loops: those that have no
/// packed form. Leading dimensions broadcast, an operand of rank 1 is a row or a column, and `c`
/// broadcasts to `y`. Integers wrap around, unless a factor that is not 1 scales them: then they
/// are scaled in double and lose their fraction.
///
/// A task is a row of `y`.
final class ProductKernel implements Kernel {
  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final Optional<Strided> c;
  private final double alpha;
  private final double beta;
  private final boolean transA;
  private final boolean transB;
  private final int rows;
  private final int depth;
  private final int columns;
  private final Strided left;
  private final Strided right;

  /// Operands `a`, `b`, `[c]`; results `y`; integers: whether `a` is transposed, whether `b` is;
  /// numbers: `alpha`, `beta`.
  ProductKernel(Arguments arguments) {
    a = arguments.x(0);
    b = arguments.x(1);
    y = arguments.y(0);
    transA = arguments.flag(0);
    transB = arguments.flag(1);
    alpha = arguments.number(0);
    beta = arguments.number(1);
    Arguments.require(
        a.type() == b.type() && a.type() == y.type() && a.rank() > 0 && b.rank() > 0,
        "%s and %s do not give %s".formatted(a, b, y));
    int[] p = a.rank() == 1 ? new int[] {1, a.shape()[0]} : a.shape();
    int[] q = b.rank() == 1 ? new int[] {b.shape()[0], 1} : b.shape();
    rows = p[p.length - (transA ? 1 : 2)];
    depth = p[p.length - (transA ? 2 : 1)];
    columns = q[q.length - (transB ? 2 : 1)];
    int[] batch = batch(p.length, q.length);
    left = matrices(p, batch);
    right = matrices(q, batch);
    boolean fits =
        q[q.length - (transB ? 1 : 2)] == depth && y.elements() == left.elements() * rows * columns;
    Arguments.require(fits, "%s and %s do not give %s".formatted(a, b, y));
    c = arguments.has(2) ? Optional.of(addend(arguments.x(2))) : Optional.empty();
  }

  /// The leading dimensions of `y`.
  private int[] batch(int leftRank, int rightRank) {
    return Arrays.copyOf(y.shape(), Math.max(leftRank, rightRank) - 2);
  }

  /// The numbers of an operand's matrices, one for each of `y`'s.
  private static Strided matrices(int[] shape, int[] batch) {
    int[] own = Arrays.copyOf(shape, shape.length - 2);
    int[] strides = new int[own.length];
    int stride = 1;
    for (int axis = own.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= own[axis];
    }
    return new Strided(own, 0, own, strides).broadcast(batch);
  }

  private Strided addend(Tensor tensor) {
    Arguments.require(tensor.type() == y.type(), tensor + " is not of the type of " + y);
    return new Strided(tensor.array(), tensor.offset(), tensor.shape(), tensor.strides())
        .broadcast(y.shape());
  }

  @Override
  public int tasks() {
    return columns == 0 ? 0 : y.elements() / columns;
  }

  @Override
  public long operationsPerTask() {
    return 2L * columns * Math.max(1, depth);
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      int matrix = task / rows;
      int from = left.index(matrix) * rows * depth;
      int to = right.index(matrix) * depth * columns;
      if (y.type().isFloating()) {
        store(task, reals(from, task % rows, to));
      } else {
        integers(task, from, task % rows, to);
      }
    }
  }

  private int leftPlace(int from, int row, int k) {
    return from + (transA ? k * rows + row : row * depth + k);
  }

  private double[] reals(int from, int row, int to) {
    double[] sums = new double[columns];
    int step = transB ? depth : 1;
    for (int k = 0; k < depth; k++) {
      double factor = a.number(leftPlace(from, row, k));
      int first = to + (transB ? k : k * columns);
      if (b.array() instanceof double[] right) {
        for (int j = 0; j < columns; j++) {
          sums[j] += factor * right[b.offset() + first + j * step];
        }
      } else {
        for (int j = 0; j < columns; j++) {
          sums[j] += factor * b.number(first + j * step);
        }
      }
    }
    return sums;
  }

  /// Scales a row, adds that of `c`, and rounds.
  private void store(int task, double[] sums) {
    for (int j = 0; j < columns; j++) {
      int element = task * columns + j;
      double sum = alpha * sums[j];
      y.setNumber(element, c.isPresent() ? sum + beta * number(c.get(), element) : sum);
    }
  }

  private double number(Strided tensor, int element) {
    return new Tensor(y.type(), tensor.array(), tensor.index(element), new int[0]).number(0);
  }

  private void integers(int task, int from, int row, int to) {
    int step = transB ? depth : 1;
    long[] sums = new long[columns];
    for (int k = 0; k < depth; k++) {
      long factor = a.integer(leftPlace(from, row, k));
      int first = to + (transB ? k : k * columns);
      for (int j = 0; j < columns; j++) {
        sums[j] += factor * b.integer(first + j * step);
      }
    }
    if (alpha != 1 || c.isPresent() && beta != 1) {
      store(task, Arrays.stream(sums).asDoubleStream().toArray());
      return;
    }
    for (int j = 0; j < columns; j++) {
      int element = task * columns + j;
      long addend =
          c.isPresent() ? Elements.integer(y.type(), c.get().array(), c.get().index(element)) : 0;
      y.setInteger(element, sums[j] + addend);
    }
  }
}
