package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;
import java.util.List;

/// Between an [Activation], as fused operators and the plan hold it, and the ONNX operator that
/// means it.
public final class Activations {
  private Activations() {}

  /// The name of the ONNX operator that means `activation`.
  public static String operator(Activation activation) {
    return op(activation).schema().name();
  }

  /// The activation that the ONNX operator `operator` means, with these parameters.
  ///
  /// @throws IllegalArgumentException if the operator is not a scalar function
  public static Activation of(String operator, float alpha, float beta) {
    return Arrays.stream(UnaryFunction.values())
        .map(function -> new Activation(function, alpha, beta))
        .filter(activation -> operator(activation).equals(operator))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(operator + " is not a scalar function to fuse"));
  }

  /// The operator; the bounds of a Clip are its operands.
  private static Op op(Activation activation) {
    return switch (activation.function()) {
      case IDENTITY -> new Identity();
      case CLIP -> new Clip();
      case ELU -> new Elu(activation.alpha());
      case HARD_SIGMOID -> new HardSigmoid(activation.alpha(), activation.beta());
      case LEAKY_RELU -> new LeakyRelu(activation.alpha());
      case RELU -> new Relu();
      case CELU -> new Parametric(Parametric.Function.CELU, activation);
      case GELU -> new Gelu(false);
      case GELU_TANH -> new Gelu(true);
      case SELU -> new Parametric(Parametric.Function.SELU, activation);
      case SHRINK -> new Parametric(Parametric.Function.SHRINK, activation);
      case SWISH -> new Parametric(Parametric.Function.SWISH, activation);
      case THRESHOLDED_RELU -> new Parametric(Parametric.Function.THRESHOLDED_RELU, activation);
      case ABS,
          ACOS,
          ACOSH,
          ASIN,
          ASINH,
          ATAN,
          ATANH,
          CEIL,
          COS,
          COSH,
          ERF,
          EXP,
          FLOOR,
          HARD_SWISH,
          LOG,
          MISH,
          NEG,
          RECIPROCAL,
          ROUND,
          SIGMOID,
          SIGN,
          SIN,
          SINH,
          SOFTPLUS,
          SOFTSIGN,
          SQRT,
          TAN,
          TANH ->
          Elementwise.of(activation.function());
    };
  }

  /// Adds the operator that applies `activation` to `x`; `x` itself for the identity.
  public static Value apply(Activation activation, Value x, GraphBuilder out) {
    if (activation.function() == UnaryFunction.IDENTITY) {
      return x;
    }
    if (activation.function() != UnaryFunction.CLIP) {
      return out.add(op(activation), x);
    }
    ElementType element = x.type().element();
    Value low = bound("min", activation.alpha(), element, out);
    Value high = bound("max", activation.beta(), element, out);
    return out.add(new Clip(), x, low, high);
  }

  private static Value bound(String name, float value, ElementType element, GraphBuilder out) {
    return Float.isInfinite(value)
        ? Value.ABSENT
        : out.constant(out.freshName(name), Constant.splat(element, new long[0], value));
  }

  /// The reference value of `activation` on each element.
  public static DoubleTensor evaluate(Activation activation, DoubleTensor x) {
    boolean clip = activation.function() == UnaryFunction.CLIP;
    EvaluationInputs operands =
        clip
            ? EvaluationInputs.of(x, scalar(x, activation.alpha()), scalar(x, activation.beta()))
            : EvaluationInputs.of(x);
    List<DoubleTensor> results = op(activation).evaluate(operands);
    return results.getFirst();
  }

  private static DoubleTensor scalar(DoubleTensor like, float value) {
    return new DoubleTensor(like.type(), new int[0], new double[] {value});
  }
}
