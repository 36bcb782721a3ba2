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
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.List;

/// ONNX `ScatterElements`: `data`, but along `axis` element `indices[i...]` of the line that `i...`
/// lies on becomes `updates[i...]`, or what `reduction` makes of both. Negative indices count from
/// the end.
public record ScatterElements(long axis, ScatterFunction function) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("ScatterElements")
          .since(18)
          .attribute("axis", 0)
          .attribute("reduction", "none")
          .input("data", "T", TypeSets.ALL)
          .input("indices", "Tind", TypeSets.INDEXES)
          .input("updates", "T", TypeSets.ALL)
          .output("output", "T", TypeSets.ALL)
          .build(
              a ->
                  new ScatterElements(a.integer("axis"), Scattering.function(a.text("reduction"))));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis).with("reduction", Scattering.name(function));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    TensorType indices = operands.type(1);
    Axes.normalize("ScatterElements", axis, data.rank());
    boolean fits =
        indices.rank() == data.rank()
            && operands.type(2).agreesWith(indices.withElement(data.element()));
    if (!fits) {
      throw new InvalidOperandException(
          "ScatterElements of %s needs indices and updates of its rank and one shape, got %s and %s"
              .formatted(data, indices, operands.type(2)));
    }
    return List.of(data);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    DoubleTensor indices = inputs.get(1);
    int along = Axes.normalize("ScatterElements", axis, data.rank());
    int[] strides = Strides.rowMajor(data.shape());
    double[] y = data.data().clone();
    for (int i = 0; i < indices.data().length; i++) {
      int size = data.dim(along);
      int index = (int) indices.data()[i];
      if (index < -size || index >= size) {
        throw new InvalidOperandException(
            "index %d of ScatterElements is out of range, there are %d".formatted(index, size));
      }
      int place = 0;
      int rest = i;
      for (int a = data.rank() - 1; a >= 0; a--) {
        int at = a == along ? Math.floorMod(index, size) : rest % indices.dim(a);
        rest /= indices.dim(a);
        place += at * strides[a];
      }
      double update = inputs.get(2).data()[i];
      y[place] = Scattering.combined(function, data.type(), y[place], update);
    }
    return List.of(new DoubleTensor(data.type(), data.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (function != ScatterFunction.ASSIGN) {
      Supported.type(node, node.input(0), Supported.NUMERIC);
    }
    int along = Axes.normalize("ScatterElements", axis, node.output().type().rank());
    Calling.lower(
        node,
        to,
        Routine.SCATTER_ELEMENTS,
        List.of(Dim.of(along), Dim.of(function.ordinal())),
        List.of());
  }
}
