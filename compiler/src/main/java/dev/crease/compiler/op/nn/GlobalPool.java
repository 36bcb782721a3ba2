package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
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
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// ONNX `GlobalAveragePool` and `GlobalMaxPool`: the mean or the largest element of each channel's
/// whole picture.
public record GlobalPool(Function function) implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// What the picture is reduced to.
  public enum Function {
    AVERAGE("GlobalAveragePool", PoolKind.AVERAGE),
    MAX("GlobalMaxPool", PoolKind.MAX);

    private final PoolKind kind;
    private final OpSchema schema;

    Function(String name, PoolKind kind) {
      this.kind = kind;
      this.schema =
          OpSchema.named(name)
              .since(22)
              .input("X", "T", TypeSets.FLOATS)
              .output("Y", "T", TypeSets.FLOATS)
              .build(_ -> new GlobalPool(this));
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(infer(schema().name(), operands.type(0)));
  }

  static TensorType infer(String operator, TensorType x) {
    if (x.rank() < 2) {
      throw new InvalidOperandException(
          "%s needs X of rank 2 or more, got %s".formatted(operator, x));
    }
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
    dims.addAll(Collections.nCopies(x.rank() - 2, Dim.ONE));
    return x.withDims(dims);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] shape = x.shape().clone();
    Arrays.fill(shape, 2, shape.length, 1);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    int pixels = y.data().length == 0 ? 0 : x.data().length / y.data().length;
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = reduce(x.data(), i * pixels, pixels);
    }
    return List.of(y);
  }

  private double reduce(double[] x, int from, int count) {
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      sum += x[i];
      largest = Math.max(largest, x[i]);
    }
    return function == Function.AVERAGE ? sum / count : largest;
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    if (!Pool.isVector(x)) {
      call(node, to, function == Function.MAX ? Routine.MAX_POOL : Routine.AVERAGE_POOL);
      return;
    }
    int input = to.read(node.input(0), Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    to.emit(new Instruction.GlobalPool(function.kind, input, y));
  }

  private static void call(Node node, Lowering to, Routine routine) {
    List<Dim> parameters = window(node.input(0).type());
    parameters.add(Dim.ZERO);
    if (routine == Routine.AVERAGE_POOL) {
      parameters.addAll(Collections.nCopies(node.input(0).type().rank() - 2, Dim.ZERO));
    }
    Calling.lower(node, to, routine, parameters, List.of());
  }

  /// The window that is the whole picture, as routines' parameters.
  static List<Dim> window(TensorType x) {
    int spatial = x.rank() - 2;
    List<Dim> parameters = new ArrayList<>(x.dims().subList(2, x.rank()));
    parameters.addAll(Collections.nCopies(2 * spatial, Dim.ONE));
    parameters.addAll(Collections.nCopies(spatial, Dim.ZERO));
    return parameters;
  }
}
