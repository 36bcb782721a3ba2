package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;

/// ONNX `HardSigmoid`: `y = max(0, min(1, alpha x + beta))`, element by element.
public record HardSigmoid(float alpha, float beta) implements Pointwise {
  public static final OpSchema SCHEMA =
      OpSchema.named("HardSigmoid")
          .since(22)
          .attribute("alpha", 0.2f)
          .attribute("beta", 0.5f)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new HardSigmoid(a.real("alpha"), a.real("beta")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("alpha", alpha).with("beta", beta);
  }

  @Override
  public Activation activation() {
    return new Activation(UnaryFunction.HARD_SIGMOID, alpha, beta);
  }

  @Override
  public double apply(double x) {
    return Math.max(0, Math.min(1, alpha * x + beta));
  }
}
