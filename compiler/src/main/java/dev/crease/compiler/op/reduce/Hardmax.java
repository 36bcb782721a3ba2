package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `Hardmax`: 1 at the first of the largest elements along one axis, 0 elsewhere.
public record Hardmax(long axis) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Hardmax")
          .since(13)
          .attribute("axis", -1)
          .input("input", "T", TypeSets.FLOATS)
          .output("output", "T", TypeSets.FLOATS)
          .build(a -> new Hardmax(a.integer("axis")));

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
    Axes.normalize("Hardmax", axis, operands.type(0).rank());
    return List.of(operands.type(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int along = Axes.normalize("Hardmax", axis, x.rank());
    int inner = Strides.count(x.shape(), along + 1, x.rank());
    ArgExtreme first = new ArgExtreme(ArgExtreme.Function.MAX, axis, true, false);
    double[] places = first.evaluate(inputs).getFirst().data();
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    for (int i = 0; i < places.length && x.dim(along) > 0; i++) {
      int start = i / inner * inner * x.dim(along) + i % inner;
      y.data()[start + (int) places[i] * inner] = 1;
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    int along = Axes.normalize("Hardmax", axis, node.output().type().rank());
    Calling.lower(node, to, Routine.HARDMAX, List.of(Dim.of(along)), List.of());
  }
}
