package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;

/// ONNX `Relu`: `y = max(0, x)`, element by element.
public record Relu() implements Pointwise {
  public static final OpSchema SCHEMA =
      OpSchema.named("Relu")
          .since(14)
          .input("X", "T", TypeSets.SIGNED)
          .output("Y", "T", TypeSets.SIGNED)
          .build(_ -> new Relu());

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public Activation activation() {
    return new Activation(UnaryFunction.RELU, 0, 0);
  }

  @Override
  public double apply(double x) {
    return Math.max(0, x);
  }
}
