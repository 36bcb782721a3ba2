package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// ONNX `Squeeze`: drops the dimensions of 1 that `axes` names, or all of them.
public record Squeeze() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Squeeze")
          .since(13)
          .input("data", "T", TypeSets.ALL)
          .optionalInput("axes", "", TypeSets.SHAPES)
          .output("squeezed", "T", TypeSets.ALL)
          .build(_ -> new Squeeze());

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
    TensorType data = operands.type(0);
    if (operands.has(1) && !Axes.areKnown(operands, 1)) {
      return List.of(data.withDims(Axes.freshDims("Squeeze", operands, 1, data.rank(), -1)));
    }
    if (!operands.has(1) && data.dims().stream().anyMatch(Dim::dependsOnData)) {
      throw rankUnknown(data);
    }
    List<Integer> dropped =
        operands.has(1)
            ? Axes.normalize("Squeeze", Axes.known("Squeeze", operands, 1), data.rank())
            : IntStream.range(0, data.rank()).filter(i -> data.dim(i).is(1)).boxed().toList();
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < data.rank(); axis++) {
      if (!dropped.contains(axis)) {
        dims.add(data.dim(axis));
      } else if (data.dim(axis).isKnown() && !data.dim(axis).is(1)) {
        throw new InvalidOperandException(
            "Squeeze of %s along axis %d, which is not 1".formatted(data, axis));
      }
    }
    return List.of(data.withDims(dims));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return operands.elements(0);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    int rank = data.rank();
    IntStream kept = IntStream.range(0, rank).filter(axis -> data.dim(axis) != 1);
    if (inputs.has(1)) {
      List<Integer> dropped = Axes.normalize("Squeeze", Axes.of(inputs.get(1)), rank);
      kept = IntStream.range(0, rank).filter(axis -> !dropped.contains(axis));
    }
    int[] shape = kept.map(data::dim).toArray();
    return List.of(new DoubleTensor(data.type(), shape, data.data()));
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType data = node.input(0).type();
    if (!node.hasInput(1) && !data.dims().stream().allMatch(Dim::isKnown)) {
      reshapeIfNoneIsOne(node, to);
      return;
    }
    List<Dim> integers = new ArrayList<>(List.of(Dim.ZERO, Dim.ZERO));
    integers.addAll(data.dims());
    DataShape.define(node, to, Routine.REDUCED_SHAPE, List.of(node.input(1)), integers);
    Copying.reshape(node, to);
  }

  /// Drops the dimensions that are 1 in every run; a run in which another one is 1 would give
  /// another rank, and ends with an error.
  private static void reshapeIfNoneIsOne(Node node, Lowering to) {
    Dim none = Dim.ONE;
    for (Dim dim : node.input(0).type().dims()) {
      if (!dim.isKnown()) {
        Dim distance = dim.plus(-1).max(Dim.ONE.minus(dim));
        none = none.times(distance.min(Dim.ONE));
      }
    }
    int x = to.read(node.input(0), Layout.PLAIN);
    int condition = to.temporary(TensorType.of(ElementType.INT64), Layout.PLAIN);
    to.emit(new Instruction.Extents(List.of(to.extent(none)), condition));
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(
        new Instruction.Call(
            Routine.EXPECT,
            List.of(x, condition),
            List.of(y),
            List.of(to.extent(Dim.ONE)),
            List.of()));
  }

  private static UnsupportedNodeException rankUnknown(TensorType data) {
    return new UnsupportedNodeException(
        "Squeeze of %s is not supported without axes: which dimensions are 1 is known at run time"
            .formatted(data));
  }
}
