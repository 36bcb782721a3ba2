package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
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
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONNX `Unsqueeze`: inserts dimensions of 1 so that they stand at `axes` of the result.
public record Unsqueeze() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Unsqueeze")
          .since(13)
          .input("data", "T", TypeSets.ALL)
          .input("axes", "", TypeSets.SHAPES)
          .output("expanded", "T", TypeSets.ALL)
          .build(_ -> new Unsqueeze());

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
    if (!Axes.areKnown(operands, 1)) {
      return List.of(data.withDims(Axes.freshDims("Unsqueeze", operands, 1, data.rank(), 1)));
    }
    List<Long> given = Axes.known("Unsqueeze", operands, 1);
    List<Integer> axes = Axes.normalize("Unsqueeze", given, data.rank() + given.size());
    List<Dim> dims = new ArrayList<>(data.dims());
    axes.forEach(axis -> dims.add(axis, Dim.ONE));
    return List.of(data.withDims(dims));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    boolean vector = operands.type(0).rank() == 0 && operands.type(1).elements().is(1);
    return vector ? operands.elements(0) : Optional.empty();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    List<Long> given = Axes.of(inputs.get(1));
    List<Integer> axes = Axes.normalize("Unsqueeze", given, data.rank() + given.size());
    int[] shape = new int[data.rank() + axes.size()];
    int from = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = axes.contains(axis) ? 1 : data.dim(from++);
    }
    return List.of(new DoubleTensor(data.type(), shape, data.data()));
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> dims = node.input(0).type().dims();
    DataShape.define(node, to, Routine.UNSQUEEZED_SHAPE, List.of(node.input(1)), dims);
    Copying.reshape(node, to);
  }
}
