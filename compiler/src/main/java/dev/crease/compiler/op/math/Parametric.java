package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.OpSchema.AttributeSpec;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// ONNX's scalar functions with one or two attributes that are numbers: `Celu`, `Selu`, `Shrink`,
/// `Swish` and `ThresholdedRelu`.
///
/// @param alpha the function's first attribute
/// @param beta its second; 0 if it has none
public record Parametric(Function function, float alpha, float beta) implements Pointwise {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// A formula, and what it calls its parameters.
  @FunctionalInterface
  private interface Formula {
    double apply(double x, double alpha, double beta);
  }

  /// A function: name, first version of its current form, types, attributes, formula.
  public enum Function {
    CELU(
        UnaryFunction.CELU,
        schema("Celu", 12, TypeSets.FLOATS).attribute("alpha", 1f),
        (x, alpha, _) -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha))),
    /// The parameter `beta` is ONNX's `gamma`.
    SELU(
        UnaryFunction.SELU,
        schema("Selu", 22, TypeSets.FLOATS)
            .attribute("alpha", 1.6732632f)
            .attribute("gamma", 1.050701f),
        (x, alpha, gamma) -> gamma * (x > 0 ? x : alpha * Math.expm1(x))),
    /// The parameters are ONNX's `bias` and `lambd`.
    SHRINK(
        UnaryFunction.SHRINK,
        schema("Shrink", 9, TypeSets.NUMBERS).attribute("bias", 0f).attribute("lambd", 0.5f),
        (x, bias, lambd) -> x < -lambd ? x + bias : x > lambd ? x - bias : 0),
    SWISH(
        UnaryFunction.SWISH,
        schema("Swish", 24, TypeSets.FLOATS).attribute("alpha", 1f),
        (x, alpha, _) -> x / (1 + Math.exp(-alpha * x))),
    THRESHOLDED_RELU(
        UnaryFunction.THRESHOLDED_RELU,
        schema("ThresholdedRelu", 22, TypeSets.FLOATS).attribute("alpha", 1f),
        (x, alpha, _) -> x > alpha ? x : 0);

    private final UnaryFunction lowered;
    private final Formula formula;
    private final OpSchema schema;

    Function(UnaryFunction lowered, OpSchema.Builder schema, Formula formula) {
      this.lowered = lowered;
      this.formula = formula;
      this.schema = schema.build(this::of);
    }

    private static OpSchema.Builder schema(String name, int since, Set<ElementType> types) {
      return OpSchema.named(name).since(since).input("X", "T", types).output("Y", "T", types);
    }

    private Parametric of(Attributes attributes) {
      List<String> names = names();
      float beta = names.size() > 1 ? attributes.real(names.getLast()) : 0;
      return new Parametric(this, attributes.real(names.getFirst()), beta);
    }

    private List<String> names() {
      return schema.attributes().stream().map(AttributeSpec::name).toList();
    }
  }

  Parametric(Function function, Activation activation) {
    this(function, activation.alpha(), activation.beta());
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    List<String> names = function.names();
    Attributes first = Attributes.NONE.with(names.getFirst(), alpha);
    return names.size() > 1 ? first.with(names.getLast(), beta) : first;
  }

  @Override
  public Activation activation() {
    return new Activation(function.lowered, alpha, beta);
  }

  @Override
  public double apply(double x) {
    return function.formula.apply(x, alpha, beta);
  }
}
