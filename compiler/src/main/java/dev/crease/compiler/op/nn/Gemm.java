package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.Stretches;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.nn.MatrixProduct.Matrix;
import dev.crease.compiler.op.nn.MatrixProduct.Rows;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.List;
import java.util.Optional;

/// ONNX `Gemm`: `Y = alpha A' B' + beta C`, where `A'` is `A` or its transpose, likewise `B'`, and
/// `C` broadcasts to `Y` in one direction.
public record Gemm(float alpha, float beta, boolean transA, boolean transB) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Gemm")
          .since(13)
          .attribute("alpha", 1f)
          .attribute("beta", 1f)
          .attribute("transA", 0)
          .attribute("transB", 0)
          .input("A", "T", MatMul.TYPES)
          .input("B", "T", MatMul.TYPES)
          .optionalInput("C", "T", MatMul.TYPES)
          .output("Y", "T", MatMul.TYPES)
          .build(
              a -> new Gemm(a.real("alpha"), a.real("beta"), a.flag("transA"), a.flag("transB")));

  /// With fewer rows, transposing the right factor would cost more than the product.
  private static final int FEW_ROWS = 8;

  private static final List<Integer> TRANSPOSED = List.of(1, 0);

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("alpha", alpha)
        .with("beta", beta)
        .with("transA", transA ? 1 : 0)
        .with("transB", transB ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType a = operands.type(0);
    TensorType b = operands.type(1);
    if (a.rank() != 2 || b.rank() != 2) {
      throw new InvalidOperandException(
          "Gemm needs A and B of rank 2, got %s and %s".formatted(a, b));
    }
    MatMul.requireSameDepth("Gemm", a, b, a.dim(transA ? 0 : 1), b.dim(transB ? 1 : 0));
    List<Dim> dims = List.of(a.dim(transA ? 1 : 0), b.dim(transB ? 0 : 1));
    if (operands.has(2)) {
      checkAddend(operands.type(2), dims);
    }
    return List.of(a.withDims(dims));
  }

  private static void checkAddend(TensorType c, List<Dim> dims) {
    boolean fits = c.rank() <= 2;
    for (int i = 1; fits && i <= c.rank(); i++) {
      Dim given = c.dim(-i);
      Dim expected = dims.get(2 - i);
      fits = given.is(1) || !given.isKnown() || !expected.isKnown() || given.equals(expected);
    }
    if (!fits) {
      throw new InvalidOperandException(
          "Gemm needs C to broadcast to %s, got %s".formatted(dims, c));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor a = transA ? transposed(inputs.get(0)) : inputs.get(0);
    DoubleTensor b = inputs.get(1);
    int depth = a.dim(1);
    int[] shape = {a.dim(0), b.dim(transB ? 0 : 1)};
    double[] y = new double[shape[0] * shape[1]];
    Matrix result = new Matrix(y, 0, shape[1]);
    Matrix left = new Matrix(a.data(), 0, depth);
    if (transB && shape[0] < FEW_ROWS) {
      Matrix right = new Matrix(b.data(), 0, depth);
      MatrixProduct.addTransposedTo(result, left, right, shape[0], depth, shape[1]);
    } else {
      double[] factor = transB ? transposed(b).data() : b.data();
      Rows right = Rows.of(factor, depth, shape[1]);
      MatrixProduct.addTo(result, left, right, shape[0], shape[1]);
    }
    for (int i = 0; i < y.length; i++) {
      y[i] *= alpha;
    }
    if (inputs.has(2)) {
      double[] c = Broadcast.expand(inputs.get(2), shape);
      for (int i = 0; i < y.length; i++) {
        y[i] += beta * c[i];
      }
    }
    if (a.type().isInteger()) {
      Elements.round(a.type(), y, y.length);
    }
    return List.of(new DoubleTensor(a.type(), shape, y));
  }

  private static DoubleTensor transposed(DoubleTensor x) {
    int[] shape = {x.dim(1), x.dim(0)};
    return new DoubleTensor(x.type(), shape, transposed(x.data(), x.dim(0), x.dim(1)));
  }

  private static double[] transposed(double[] x, int rows, int columns) {
    double[] y = new double[x.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        y[j * rows + i] = x[i * columns + j];
      }
    }
    return y;
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (node.input(0).type().element() == ElementType.FLOAT32) {
      lower(node, to, Activation.NONE);
    } else {
      lowerPlain(node, to);
    }
  }

  /// Emits `activation(Gemm)` of float32 into `node`'s result.
  public void lower(Node node, Lowering to, Activation activation) {
    boolean scaled = alpha != 1 && to.graph().constant(node.input(1)).isEmpty();
    Optional<Integer> bias =
        !node.hasInput(2) || scaled ? Optional.empty() : vector(node.input(2), node, to);
    boolean separate = scaled || (node.hasInput(2) && bias.isEmpty());
    int a = left(node.input(0), to);
    int b = right(node.input(1), to);
    TensorType type = node.output().type();
    int product =
        separate ? to.temporary(type, Layout.PLAIN) : to.write(node.output(), Layout.PLAIN);
    to.emit(
        new Instruction.Gemm(
            a,
            b,
            bias.orElse(Instruction.ABSENT),
            product,
            separate ? Activation.NONE : activation));
    if (separate) {
      finish(node, to, product, scaled, activation);
    }
  }

  /// Of another type than float32.
  private void lowerPlain(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    List<Dim> transposed = List.of(Dim.of(transA ? 1 : 0), Dim.of(transB ? 1 : 0));
    Calling.lower(node, to, Routine.PRODUCT, transposed, List.of((double) alpha, (double) beta));
  }

  /// `y = activation(product [* alpha] [+ beta C])`.
  private void finish(Node node, Lowering to, int product, boolean scaled, Activation activation) {
    TensorType type = node.output().type();
    boolean added = node.hasInput(2);
    int sum = product;
    if (scaled) {
      int factor = scalar(alpha, to);
      int y = added ? to.temporary(type, Layout.PLAIN) : to.write(node.output(), Layout.PLAIN);
      to.emit(multiply(sum, factor, y, added ? Activation.NONE : activation));
      sum = y;
    }
    if (added) {
      int c = to.read(node.input(2), Layout.PLAIN);
      if (beta != 1) {
        int weighted = to.temporary(node.input(2).type(), Layout.PLAIN);
        to.emit(multiply(c, scalar(beta, to), weighted, Activation.NONE));
        c = weighted;
      }
      int y = to.write(node.output(), Layout.PLAIN);
      to.emit(new Instruction.Binary(BinaryFunction.ADD, sum, c, y, activation.postOps()));
    }
  }

  private static Instruction multiply(int a, int b, int y, Activation activation) {
    return new Instruction.Binary(BinaryFunction.MUL, a, b, y, activation.postOps());
  }

  private static int scalar(float value, Lowering to) {
    TensorType type = TensorType.of(ElementType.FLOAT32);
    return to.constant(type, Layout.PLAIN, () -> new float[] {value});
  }

  /// The slot of `beta C` as a vector over the columns, if it is one or a constant that can be made
  /// one.
  private Optional<Integer> vector(Value c, Node node, Lowering to) {
    Dim columns = node.output().type().dim(1);
    TensorType type = c.type();
    Optional<Constant> constant = to.graph().constant(c);
    boolean oneRow = type.rank() < 2 || type.dim(0).is(1);
    if (constant.isPresent() && oneRow && columns.isKnown()) {
      int count = Math.toIntExact(columns.known().getAsLong());
      return Optional.of(
          to.constant(
              TensorType.of(ElementType.FLOAT32, count),
              Layout.PLAIN,
              () -> weightedRow(constant.get().doubles(), count)));
    }
    boolean fits = type.rank() == 1 && type.dim(0).equals(columns);
    return fits && beta == 1 ? Optional.of(to.read(c, Layout.PLAIN)) : Optional.empty();
  }

  private float[] weightedRow(double[] c, int count) {
    float[] row = new float[count];
    for (int i = 0; i < count; i++) {
      row[i] = (float) (beta * c[c.length == 1 ? 0 : i]);
    }
    return row;
  }

  private int left(Value a, Lowering to) {
    return transA ? transpose(a, to) : to.read(a, Layout.PLAIN);
  }

  private static int transpose(Value value, Lowering to) {
    TensorType type = value.type();
    int y = to.temporary(type.withDims(type.dims().reversed()), Layout.PLAIN);
    to.emit(new Instruction.Transpose(to.read(value, Layout.PLAIN), y, TRANSPOSED));
    return y;
  }

  private int right(Value b, Lowering to) {
    Optional<Constant> constant = to.graph().constant(b);
    if (constant.isPresent() && transB) {
      return to.transposedWeights(scaled(constant.get()));
    }
    if (constant.isPresent() && alpha != 1) {
      return to.weights(scaled(constant.get()), Layout.GEMM_WEIGHTS, 1);
    }
    if (!transB) {
      return to.readWeights(b, Layout.GEMM_WEIGHTS, 1);
    }
    TensorType type = b.type();
    int packed = to.temporary(type.withDims(type.dims().reversed()), Layout.GEMM_WEIGHTS);
    to.emit(new Instruction.Pack(transpose(b, to), packed, 1));
    return packed;
  }

  /// `alpha B`, computed when asked for.
  private Constant scaled(Constant b) {
    return Constant.streamed(
        b.element(),
        b.dims(),
        () -> {
          Stretches given = b.stretches();
          return (from, count, into) -> {
            given.read(from, count, into);
            for (int i = 0; i < count; i++) {
              into[i] *= alpha;
            }
          };
        });
  }
}
