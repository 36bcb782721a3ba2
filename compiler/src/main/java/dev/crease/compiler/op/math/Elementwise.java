package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/// ONNX's scalar functions without attributes. One more is one more [Function].
public record Elementwise(Function function) implements Pointwise, ShapeArithmetic {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// A scalar function: name, first version of its current form, types, formula, and the plan's
  /// name for it.
  public enum Function {
    ABS("Abs", 13, TypeSets.NUMBERS, UnaryFunction.ABS, Math::abs),
    ACOS("Acos", 22, TypeSets.FLOATS, UnaryFunction.ACOS, Math::acos),
    ACOSH(
        "Acosh",
        22,
        TypeSets.FLOATS,
        UnaryFunction.ACOSH,
        x -> Math.log(x + Math.sqrt(x - 1) * Math.sqrt(x + 1))),
    ASIN("Asin", 22, TypeSets.FLOATS, UnaryFunction.ASIN, Math::asin),
    /// `ln(x + sqrt(x^2 + 1))`
    ASINH("Asinh", 22, TypeSets.FLOATS, UnaryFunction.ASINH, Elementwise::asinh),
    ATAN("Atan", 22, TypeSets.FLOATS, UnaryFunction.ATAN, Math::atan),
    ATANH("Atanh", 22, TypeSets.FLOATS, UnaryFunction.ATANH, x -> Math.log1p(2 * x / (1 - x)) / 2),
    CEIL("Ceil", 13, TypeSets.FLOATS, UnaryFunction.CEIL, Math::ceil),
    COS("Cos", 22, TypeSets.FLOATS, UnaryFunction.COS, Math::cos),
    COSH("Cosh", 22, TypeSets.FLOATS, UnaryFunction.COSH, Math::cosh),
    ERF("Erf", 13, TypeSets.NUMBERS, UnaryFunction.ERF, ErrorFunction::erf),
    EXP("Exp", 13, TypeSets.FLOATS, UnaryFunction.EXP, Math::exp),
    FLOOR("Floor", 13, TypeSets.FLOATS, UnaryFunction.FLOOR, Math::floor),
    /// `x max(0, min(1, x / 6 + 1 / 2))`
    HARD_SWISH(
        "HardSwish",
        22,
        TypeSets.FLOATS,
        new Activation(UnaryFunction.HARD_SWISH, 1 / 6f, 0.5f),
        x -> x * Math.max(0, Math.min(1, x / 6 + 0.5))),
    LOG("Log", 13, TypeSets.FLOATS, UnaryFunction.LOG, Math::log),
    /// `x tanh(ln(1 + e^x))`
    MISH("Mish", 22, TypeSets.FLOATS, UnaryFunction.MISH, x -> x * Math.tanh(softplus(x))),
    NEG("Neg", 13, TypeSets.SIGNED, UnaryFunction.NEG, x -> -x),
    RECIPROCAL("Reciprocal", 13, TypeSets.FLOATS, UnaryFunction.RECIPROCAL, x -> 1 / x),
    /// To the nearest integer, the even one of two.
    ROUND("Round", 22, TypeSets.FLOATS, UnaryFunction.ROUND, Math::rint),
    SIGMOID("Sigmoid", 13, TypeSets.FLOATS, UnaryFunction.SIGMOID, x -> 1 / (1 + Math.exp(-x))),
    SIGN("Sign", 13, TypeSets.NUMBERS, UnaryFunction.SIGN, Math::signum),
    SIN("Sin", 22, TypeSets.FLOATS, UnaryFunction.SIN, Math::sin),
    SINH("Sinh", 22, TypeSets.FLOATS, UnaryFunction.SINH, Math::sinh),
    SOFTPLUS("Softplus", 22, TypeSets.FLOATS, UnaryFunction.SOFTPLUS, Elementwise::softplus),
    SOFTSIGN("Softsign", 22, TypeSets.FLOATS, UnaryFunction.SOFTSIGN, x -> x / (1 + Math.abs(x))),
    SQRT("Sqrt", 13, TypeSets.FLOATS, UnaryFunction.SQRT, Math::sqrt),
    TAN("Tan", 22, TypeSets.FLOATS, UnaryFunction.TAN, Math::tan),
    TANH("Tanh", 13, TypeSets.FLOATS, UnaryFunction.TANH, Math::tanh);

    private final Activation activation;
    private final DoubleUnaryOperator formula;
    private final OpSchema schema;

    Function(
        String name,
        int since,
        Set<ElementType> types,
        UnaryFunction lowered,
        DoubleUnaryOperator formula) {
      this(name, since, types, new Activation(lowered, 0, 0), formula);
    }

    Function(
        String name,
        int since,
        Set<ElementType> types,
        Activation activation,
        DoubleUnaryOperator formula) {
      this.activation = activation;
      this.formula = formula;
      this.schema =
          OpSchema.named(name)
              .since(since)
              .input("X", "T", types)
              .output("Y", "T", types)
              .build(_ -> new Elementwise(this));
    }
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /// With `sqrt(m^2 + 1) = 1 + m m / (1 + sqrt(m^2 + 1))`, nothing cancels.
  private static double asinh(double x) {
    double m = Math.abs(x);
    return Math.copySign(Math.log1p(m + m * (m / (1 + Math.hypot(m, 1)))), x);
  }

  /// The operator that the plan's function without free parameters means.
  ///
  /// @throws IllegalArgumentException if there is none
  static Elementwise of(UnaryFunction lowered) {
    return Arrays.stream(Function.values())
        .filter(function -> function.activation.function() == lowered)
        .map(Elementwise::new)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(lowered + " needs parameters"));
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public Activation activation() {
    return function.activation;
  }

  @Override
  public double apply(double x) {
    return function.formula.applyAsDouble(x);
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return function == Function.NEG
        ? operands.elements(0).map(list -> list.stream().map(x -> x.times(-1)).toList())
        : Optional.empty();
  }
}
