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
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `GatherElements`: `y[i, j, k] = data[i, indices[i, j, k], k]` for axis 1 of three, and so
/// for any. Negative indices count from the end.
public record GatherElements(long axis) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("GatherElements")
          .since(13)
          .attribute("axis", 0)
          .input("data", "T", TypeSets.ALL)
          .input("indices", "Tind", TypeSets.INDEXES)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new GatherElements(a.integer("axis")));

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
    TensorType data = operands.type(0);
    TensorType indices = operands.type(1);
    Axes.normalize("GatherElements", axis, data.rank());
    if (indices.rank() != data.rank()) {
      throw new InvalidOperandException(
          "GatherElements needs indices of the rank of data, got %s of %s"
              .formatted(indices, data));
    }
    return List.of(indices.withElement(data.element()));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    DoubleTensor indices = inputs.get(1);
    int along = (int) (axis < 0 ? axis + data.rank() : axis);
    int[] strides = Strides.rowMajor(data.shape());
    DoubleTensor output = DoubleTensor.zeros(data.type(), indices.shape());
    for (int i = 0; i < output.data().length; i++) {
      int from = 0;
      int rest = i;
      for (int a = data.rank() - 1; a >= 0; a--) {
        int at = rest % indices.dim(a);
        rest /= indices.dim(a);
        if (a == along) {
          int index = (int) indices.data()[i];
          at = index < 0 ? index + data.dim(a) : index;
        }
        from += at * strides[a];
      }
      output.data()[i] = data.data()[from];
    }
    return List.of(output);
  }

  @Override
  public void lower(Node node, Lowering to) {
    int along = Axes.normalize("GatherElements", axis, node.output().type().rank());
    Calling.lower(node, to, Routine.GATHER_ELEMENTS, List.of(Dim.of(along)), List.of());
  }
}
