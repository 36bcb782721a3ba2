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
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `Trilu`: the upper or lower triangle of each matrix of the last two axes: element `(i, j)`
/// is kept where `j - i >= k`, or `<= k`, and 0 elsewhere.
public record Trilu(boolean upper) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Trilu")
          .since(14)
          .attribute("upper", 1)
          .input("input", "T", TypeSets.ALL)
          .optionalInput("k", "tensor(int64)", TypeSets.SHAPES)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new Trilu(a.flag("upper")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("upper", upper ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() < 2) {
      throw new InvalidOperandException("Trilu needs matrices, got " + x);
    }
    if (operands.has(1)
        && operands.type(1).elements().isKnown()
        && !operands.type(1).elements().is(1)) {
      throw new InvalidOperandException("k of Trilu should be a scalar, got " + operands.type(1));
    }
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double k = inputs.has(1) ? inputs.get(1).data()[0] : 0;
    int columns = x.dim(x.rank() - 1);
    int rows = x.dim(x.rank() - 2);
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    for (int i = 0; i < y.data().length; i++) {
      double above = i % columns - i / columns % rows - k;
      y.data()[i] = (upper ? above >= 0 : above <= 0) ? x.data()[i] : 0;
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.TRILU, List.of(Dim.of(upper ? 1 : 0)), List.of());
  }
}
