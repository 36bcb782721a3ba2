package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;

/// ONNX `Gelu`: `y = x (1 + erf(x / sqrt(2))) / 2`, or, approximately, `y = x (1 + tanh(sqrt(2 /
/// pi) (x + 0.044715 x^3))) / 2`.
///
/// @param tanh whether it is the approximation
public record Gelu(boolean tanh) implements Pointwise {
  private static final String APPROXIMATE = "approximate";
  private static final String TANH = "tanh";
  private static final String NONE = "none";

  public static final OpSchema SCHEMA =
      OpSchema.named("Gelu")
          .since(20)
          .attribute(APPROXIMATE, NONE)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> of(a.text(APPROXIMATE)));

  private static Gelu of(String approximate) {
    return switch (approximate) {
      case TANH -> new Gelu(true);
      case NONE -> new Gelu(false);
      default ->
          throw new IllegalArgumentException(
              "approximate is '" + approximate + "', expected 'none' or 'tanh'");
    };
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with(APPROXIMATE, tanh ? TANH : NONE);
  }

  @Override
  public Activation activation() {
    return new Activation(tanh ? UnaryFunction.GELU_TANH : UnaryFunction.GELU, 0, 0);
  }

  @Override
  public double apply(double x) {
    double share =
        tanh
            ? Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3)))
            : ErrorFunction.erf(x / Math.sqrt(2));
    return 0.5 * x * (1 + share);
  }
}
