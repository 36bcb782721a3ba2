package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.TypeSets;
import java.util.List;

/// ONNX `SwiGLU`: `a / (1 + e^(-alpha a)) b`.
public record SwiGlu(float alpha) implements Defined {
  public static final OpSchema SCHEMA =
      OpSchema.named("SwiGLU")
          .since(28)
          .attribute("alpha", 1f)
          .input("a", "T", TypeSets.FLOATS)
          .input("b", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new SwiGlu(a.real("alpha")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("alpha", alpha);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType a = operands.type(0);
    return List.of(a.withDims(Broadcast.dims("SwiGLU", a.dims(), operands.type(1).dims())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor a = inputs.get(0);
    return List.of(
        Broadcast.apply(
            a.type(), a, inputs.get(1), (x, gate) -> x / (1 + Math.exp(-alpha * x)) * gate));
  }
}
