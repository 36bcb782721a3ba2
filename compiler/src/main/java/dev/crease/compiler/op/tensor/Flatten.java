package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import java.util.List;

/// ONNX `Flatten`: a matrix whose rows are the dimensions before `axis` and whose columns are the
/// others.
public record Flatten(long axis) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Flatten")
          .since(13)
          .attribute("axis", 1)
          .input("input", "T", TypeSets.ALL)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new Flatten(a.integer("axis")));

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
    TensorType x = operands.type(0);
    int at = Axes.boundary("Flatten", axis, x.rank());
    Dim rows = x.dims().subList(0, at).stream().reduce(Dim.ONE, Dim::times);
    Dim columns = x.dims().subList(at, x.rank()).stream().reduce(Dim.ONE, Dim::times);
    return List.of(x.withDims(List.of(rows, columns)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int at = Axes.boundary("Flatten", axis, x.rank());
    int[] shape = {Strides.count(x.shape(), 0, at), Strides.count(x.shape(), at, x.rank())};
    return List.of(new DoubleTensor(x.type(), shape, x.data()));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Copying.reshape(node, to);
  }
}
