package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;

/// ONNX `Elu`: `y = x < 0 ? alpha (e^x - 1) : x`, element by element.
public record Elu(float alpha) implements Pointwise {
  public static final OpSchema SCHEMA =
      OpSchema.named("Elu")
          .since(22)
          .attribute("alpha", 1f)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new Elu(a.real("alpha")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("alpha", alpha);
  }

  @Override
  public Activation activation() {
    return new Activation(UnaryFunction.ELU, alpha, 0);
  }

  @Override
  public double apply(double x) {
    return x < 0 ? alpha * Math.expm1(x) : x;
  }
}
