package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;

/// ONNX `OneHot`: `output[i..., d, j...]` is the second of `values` where `indices[i..., j...]` is
/// `d`, else the first; `d` counts to `depth` along the new axis `axis`. Negative indices count
/// from the end; one out of range names no `d`.
public record OneHot(long axis) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("OneHot")
          .since(11)
          .attribute("axis", -1)
          .input("indices", "T1", TypeSets.NUMBERS)
          .input("depth", "T2", TypeSets.NUMBERS)
          .input("values", "T3", TypeSets.ALL)
          .output("output", "T3", TypeSets.ALL)
          .build(a -> new OneHot(a.integer("axis")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType indices = operands.type(0);
    TensorType values = operands.type(2);
    if (values.rank() != 1 || values.dim(0).isKnown() && !values.dim(0).is(2)) {
      throw new InvalidOperandException("OneHot needs two values, got " + values);
    }
    return List.of(values.withDims(dims(indices, depth(operands))));
  }

  private List<Dim> dims(TensorType indices, Dim depth) {
    List<Dim> dims = new ArrayList<>(indices.dims());
    dims.add(Axes.normalize("OneHot", axis, indices.rank() + 1), depth);
    return dims;
  }

  private static Dim depth(Operands operands) {
    if (operands.type(1).elements().isKnown() && !operands.type(1).elements().is(1)) {
      throw new InvalidOperandException(
          "depth of OneHot should be a scalar, got " + operands.type(1));
    }
    Dim depth =
        operands
            .elements(1)
            .map(List::getFirst)
            .or(() -> operands.constant(1).map(c -> Dim.of((long) c.doubles()[0])))
            .orElseGet(operands::freshSymbol);
    if (depth.isKnown() && depth.known().getAsLong() < 0) {
      throw new InvalidOperandException("depth of OneHot is " + depth + ", expected at least 0");
    }
    return depth;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor indices = inputs.get(0);
    int depth = (int) inputs.get(1).data()[0];
    int at = Axes.normalize("OneHot", axis, indices.rank() + 1);
    int[] shape = new int[indices.rank() + 1];
    System.arraycopy(indices.shape(), 0, shape, 0, at);
    shape[at] = depth;
    System.arraycopy(indices.shape(), at, shape, at + 1, indices.rank() - at);
    int inner = Strides.count(indices.shape(), at, indices.rank());
    DoubleTensor output = DoubleTensor.zeros(inputs.get(2).type(), shape);
    for (int i = 0; i < output.data().length; i++) {
      int outer = i / inner / depth;
      double index = (long) indices.data()[outer * inner + i % inner];
      double named = index < 0 ? index + depth : index;
      output.data()[i] = inputs.get(2).data()[named == i / inner % depth ? 1 : 0];
    }
    return List.of(output);
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (!to.isBound(node.output().type())) {
      Dim depth = DataShape.element(node.input(1), to);
      DataShape.equate(node.output().type(), dims(node.input(0).type(), depth), to);
    }
    int at = Axes.normalize("OneHot", axis, node.output().type().rank());
    List<Value> operands = List.of(node.input(0), node.input(2));
    Calling.lower(node, to, Routine.ONE_HOT, operands, List.of(Dim.of(at)), List.of());
  }
}
