package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;

/// ONNX `LeakyRelu`: `y = x < 0 ? alpha x : x`, element by element.
public record LeakyRelu(float alpha) implements Pointwise {
  public static final OpSchema SCHEMA =
      OpSchema.named("LeakyRelu")
          .since(16)
          .attribute("alpha", 0.01f)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new LeakyRelu(a.real("alpha")));

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
    return new Activation(UnaryFunction.LEAKY_RELU, alpha, 0);
  }

  @Override
  public double apply(double x) {
    return x < 0 ? alpha * x : x;
  }
}
