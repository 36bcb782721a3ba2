package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.Arrays;
import java.util.List;

/// ONNX `Det`: the determinant of each matrix in the last two dimensions.
public record Determinant() implements Primitive {
  private static final int MOST_EXPANDED = 8;

  public static final OpSchema SCHEMA =
      OpSchema.named("Det")
          .since(22)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(_ -> new Determinant());

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    boolean square =
        x.rank() >= 2
            && (x.dim(-1).equals(x.dim(-2)) || !x.dim(-1).isKnown() || !x.dim(-2).isKnown());
    if (!square) {
      throw new InvalidOperandException(
          "Det needs square matrices in the last two dimensions, got " + x);
    }
    return List.of(x.withDims(x.dims().subList(0, x.rank() - 2)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int size = x.dim(x.rank() - 1);
    int[] shape = Arrays.copyOf(x.shape(), x.rank() - 2);
    double[] y = new double[Strides.count(shape)];
    for (int i = 0; i < y.length; i++) {
      double[] matrix = Arrays.copyOfRange(x.data(), i * size * size, (i + 1) * size * size);
      y[i] = size <= MOST_EXPANDED ? expanded(matrix, size) : orthogonalized(matrix, size);
    }
    return List.of(new DoubleTensor(x.type(), shape, y));
  }

  /// By expansion along the first row, `minor[columns]` being that of the last rows, as many as
  /// there are columns: `n 2^n` products.
  private static double expanded(double[] a, int size) {
    double[] minor = new double[1 << size];
    minor[0] = 1;
    for (int columns = 1; columns < minor.length; columns++) {
      int row = size - Integer.bitCount(columns);
      int sign = 1;
      for (int j = 0; j < size; j++) {
        if ((columns >> j & 1) != 0) {
          minor[columns] += sign * a[row * size + j] * minor[columns ^ 1 << j];
          sign = -sign;
        }
      }
    }
    return minor[minor.length - 1];
  }

  /// By Householder's reflections, each of determinant -1, the rest is a triangular matrix.
  private static double orthogonalized(double[] a, int size) {
    double determinant = 1;
    for (int k = 0; k < size; k++) {
      double norm = 0;
      for (int i = k; i < size; i++) {
        norm = Math.hypot(norm, a[i * size + k]);
      }
      if (norm == 0) {
        return 0;
      }
      double head = a[k * size + k];
      double diagonal = head > 0 ? -norm : norm;
      a[k * size + k] = head - diagonal;
      double scale = diagonal * (diagonal - head);
      for (int j = k + 1; j < size; j++) {
        double dot = 0;
        for (int i = k; i < size; i++) {
          dot += a[i * size + k] * a[i * size + j];
        }
        for (int i = k; i < size; i++) {
          a[i * size + j] -= dot / scale * a[i * size + k];
        }
      }
      determinant *= -diagonal;
    }
    return determinant;
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.DETERMINANT, List.of(), List.of());
  }
}
