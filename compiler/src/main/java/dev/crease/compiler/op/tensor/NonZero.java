package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Production;
import java.util.Arrays;
import java.util.List;

/// ONNX `NonZero`: the positions of all elements that are not 0, in row-major order: a column of
/// `Y` `(rank, count)` for each.
public record NonZero() implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("NonZero")
          .since(13)
          .input("X", "T", TypeSets.ALL)
          .output("Y", "tensor(int64)", TypeSets.SHAPES)
          .build(_ -> new NonZero());

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
    Dim rank = Dim.of(operands.type(0).rank());
    return List.of(new TensorType(ElementType.INT64, List.of(rank, operands.freshSymbol())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] strides = Strides.rowMajor(x.shape());
    int count = (int) Arrays.stream(x.data()).filter(value -> value != 0).count();
    DoubleTensor y = DoubleTensor.zeros(ElementType.INT64, x.rank(), count);
    int column = 0;
    for (int i = 0; i < x.data().length; i++) {
      for (int axis = 0; x.data()[i] != 0 && axis < x.rank(); axis++) {
        y.data()[axis * count + column] = i / strides[axis] % x.dim(axis);
      }
      column += x.data()[i] != 0 ? 1 : 0;
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.NON_ZERO);
  }
}
