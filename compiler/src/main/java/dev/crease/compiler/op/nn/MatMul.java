package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.nn.MatrixProduct.Matrix;
import dev.crease.compiler.op.nn.MatrixProduct.Rows;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `MatMul`, as NumPy's: matrices in the last two dimensions, the leading ones broadcast. An
/// operand of rank 1 is a row on the left and a column on the right, and its dimension is not in
/// the result.
public record MatMul() implements Primitive {
  static final Set<ElementType> TYPES = types();

  public static final OpSchema SCHEMA =
      OpSchema.named("MatMul")
          .since(13)
          .input("A", "T", TYPES)
          .input("B", "T", TYPES)
          .output("Y", "T", TYPES)
          .build(_ -> new MatMul());

  private static Set<ElementType> types() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.FLOATS);
    types.addAll(
        List.of(ElementType.INT32, ElementType.INT64, ElementType.UINT32, ElementType.UINT64));
    return types;
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  static void requireSameDepth(String operator, TensorType a, TensorType b, Dim left, Dim right) {
    if (left.isKnown() && right.isKnown() && !left.equals(right)) {
      throw new InvalidOperandException(
          "%s sums over %s of A but %s of B, got %s and %s".formatted(operator, left, right, a, b));
    }
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType a = operands.type(0);
    TensorType b = operands.type(1);
    if (a.rank() == 0 || b.rank() == 0) {
      throw new InvalidOperandException(
          "MatMul needs operands of rank 1 or more, got %s and %s".formatted(a, b));
    }
    List<Dim> left = asMatrix(a, true);
    List<Dim> right = asMatrix(b, false);
    requireSameDepth("MatMul", a, b, left.getLast(), right.get(right.size() - 2));
    List<Dim> dims = new ArrayList<>(batch(left, right));
    if (a.rank() > 1) {
      dims.add(left.get(left.size() - 2));
    }
    if (b.rank() > 1) {
      dims.add(right.getLast());
    }
    return List.of(a.withDims(dims));
  }

  private static List<Dim> asMatrix(TensorType type, boolean row) {
    if (type.rank() > 1) {
      return type.dims();
    }
    return row ? List.of(Dim.ONE, type.dim(0)) : List.of(type.dim(0), Dim.ONE);
  }

  private static List<Dim> batch(List<Dim> left, List<Dim> right) {
    return Broadcast.dims(
        "MatMul", left.subList(0, left.size() - 2), right.subList(0, right.size() - 2));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor a = inputs.get(0);
    DoubleTensor b = inputs.get(1);
    int[] left = a.rank() == 1 ? new int[] {1, a.dim(0)} : a.shape();
    int[] right = b.rank() == 1 ? new int[] {b.dim(0), 1} : b.shape();
    int rows = left[left.length - 2];
    int depth = left[left.length - 1];
    int columns = right[right.length - 1];
    int[] leftBatch = Arrays.copyOf(left, left.length - 2);
    int[] rightBatch = Arrays.copyOf(right, right.length - 2);
    int[] batch = Broadcast.shape(leftBatch, rightBatch);
    int[] leftMatrices = matrices(leftBatch, batch);
    int[] rightMatrices = matrices(rightBatch, batch);
    double[] y = new double[leftMatrices.length * rows * columns];
    Rows factor = Rows.of(b.data(), depth, columns);
    for (int i = 0; i < leftMatrices.length; i++) {
      MatrixProduct.addTo(
          new Matrix(y, i * rows * columns, columns),
          new Matrix(a.data(), leftMatrices[i] * rows * depth, depth),
          factor.from(rightMatrices[i] * depth * columns),
          rows,
          columns);
    }
    if (a.type().isInteger()) {
      Elements.round(a.type(), y, y.length);
    }
    return List.of(new DoubleTensor(a.type(), resultShape(a, b, batch, rows, columns), y));
  }

  /// Which matrix of an operand each matrix of the result takes.
  private static int[] matrices(int[] from, int[] to) {
    double[] numbers = new double[Strides.count(from)];
    Arrays.setAll(numbers, i -> i);
    double[] chosen = Strides.copy(numbers, 0, Strides.broadcast(from, to), to);
    return Arrays.stream(chosen).mapToInt(number -> (int) number).toArray();
  }

  private static int[] resultShape(
      DoubleTensor a, DoubleTensor b, int[] batch, int rows, int columns) {
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    int rank = batch.length;
    if (a.rank() > 1) {
      shape[rank++] = rows;
    }
    if (b.rank() > 1) {
      shape[rank++] = columns;
    }
    return Arrays.copyOf(shape, rank);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Value a = node.input(0);
    Value b = node.input(1);
    if (a.type().element() != ElementType.FLOAT32) {
      Supported.type(node, a, Supported.ARITHMETIC);
      Calling.lower(node, to, Routine.PRODUCT, List.of(Dim.ZERO, Dim.ZERO), List.of(1.0, 1.0));
      return;
    }
    int left = to.read(a, Layout.PLAIN);
    if (a.type().rank() == 1) {
      left = reshaped(left, a.type().withDims(asMatrix(a.type(), true)), to);
    }
    int right = b.type().rank() == 1 ? column(b, to) : to.readWeights(b, Layout.GEMM_WEIGHTS, 1);
    TensorType type = node.output().type();
    if (a.type().rank() > 1 && b.type().rank() > 1) {
      emit(to, left, right, to.write(node.output(), Layout.PLAIN));
      return;
    }
    List<Dim> dims = new ArrayList<>(batch(asMatrix(a.type(), true), asMatrix(b.type(), false)));
    dims.add(asMatrix(a.type(), true).get(asMatrix(a.type(), true).size() - 2));
    dims.add(asMatrix(b.type(), false).getLast());
    int product = to.temporary(type.withDims(dims), Layout.PLAIN);
    emit(to, left, right, product);
    to.emit(new Instruction.Reshape(product, to.write(node.output(), Layout.PLAIN)));
  }

  private static void emit(Lowering to, int left, int right, int y) {
    to.emit(new Instruction.Gemm(left, right, Instruction.ABSENT, y, Activation.NONE));
  }

  private static int reshaped(int x, TensorType type, Lowering to) {
    int y = to.temporary(type, Layout.PLAIN);
    to.emit(new Instruction.Reshape(x, y));
    return y;
  }

  private static int column(Value b, Lowering to) {
    TensorType matrix = b.type().withDims(asMatrix(b.type(), false));
    int column = reshaped(to.read(b, Layout.PLAIN), matrix, to);
    int packed = to.temporary(matrix, Layout.GEMM_WEIGHTS);
    to.emit(new Instruction.Pack(column, packed, 1));
    return packed;
  }
}
