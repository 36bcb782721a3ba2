package dev.crease.compiler.op.recurrent;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.StepFunction;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;

/// The functions that ONNX's recurrent operators name, with the defaults of their parameters.
enum CellFunction {
  AFFINE("Affine", 1, 0),
  ELU("Elu", 1, 0),
  HARD_SIGMOID("HardSigmoid", 0.2f, 0.5f),
  LEAKY_RELU("LeakyRelu", 0.01f, 0),
  RELU("Relu", 0, 0),
  SCALED_TANH("ScaledTanh", 1, 1),
  SIGMOID("Sigmoid", 0, 0),
  SOFTPLUS("Softplus", 0, 0),
  SOFTSIGN("Softsign", 0, 0),
  TANH("Tanh", 0, 0),
  THRESHOLDED_RELU("ThresholdedRelu", 1, 0);

  private final String title;
  final float alpha;
  final float beta;

  CellFunction(String title, float alpha, float beta) {
    this.title = title;
    this.alpha = alpha;
    this.beta = beta;
  }

  /// @throws IllegalArgumentException if there is none of this name, in any case of letters
  static CellFunction of(String name) {
    return Arrays.stream(values())
        .filter(function -> function.title.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "activations has `%s`, expected one of %s"
                        .formatted(name, Arrays.toString(values()))));
  }

  /// Whether `activation_alpha` has a value for it.
  boolean takesAlpha() {
    return switch (this) {
      case AFFINE, ELU, HARD_SIGMOID, LEAKY_RELU, SCALED_TANH, THRESHOLDED_RELU -> true;
      case RELU, SIGMOID, SOFTPLUS, SOFTSIGN, TANH -> false;
    };
  }

  /// Whether `activation_beta` has a value for it.
  boolean takesBeta() {
    return switch (this) {
      case AFFINE, HARD_SIGMOID, SCALED_TANH -> true;
      case ELU, LEAKY_RELU, RELU, SIGMOID, SOFTPLUS, SOFTSIGN, TANH, THRESHOLDED_RELU -> false;
    };
  }

  double apply(double x, double a, double b) {
    return switch (this) {
      case AFFINE -> a * x + b;
      case ELU -> x >= 0 ? x : a * Math.expm1(x);
      case HARD_SIGMOID -> Math.clamp(a * x + b, 0, 1);
      case LEAKY_RELU -> x >= 0 ? x : a * x;
      case RELU -> Math.max(0, x);
      case SCALED_TANH -> a * Math.tanh(b * x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case TANH -> Math.tanh(x);
      case THRESHOLDED_RELU -> x >= a ? x : 0;
    };
  }

  /// Whether the plan's instruction has it; the routine has all.
  boolean isActivation() {
    return switch (this) {
      case ELU, HARD_SIGMOID, LEAKY_RELU, RELU, SIGMOID, SOFTPLUS, SOFTSIGN, TANH -> true;
      case AFFINE, SCALED_TANH, THRESHOLDED_RELU -> false;
    };
  }

  /// The function of the instruction.
  Activation lowered(float a, float b) {
    return switch (this) {
      case ELU -> new Activation(UnaryFunction.ELU, a, 0);
      case HARD_SIGMOID -> new Activation(UnaryFunction.HARD_SIGMOID, a, b);
      case LEAKY_RELU -> new Activation(UnaryFunction.LEAKY_RELU, a, 0);
      case RELU -> new Activation(UnaryFunction.RELU, 0, 0);
      case SIGMOID -> new Activation(UnaryFunction.SIGMOID, 0, 0);
      case SOFTPLUS -> new Activation(UnaryFunction.SOFTPLUS, 0, 0);
      case SOFTSIGN -> new Activation(UnaryFunction.SOFTSIGN, 0, 0);
      case TANH -> new Activation(UnaryFunction.TANH, 0, 0);
      case AFFINE, SCALED_TANH, THRESHOLDED_RELU ->
          throw new IllegalStateException(this + " is for the routine only");
    };
  }

  /// The function of the routine.
  StepFunction step() {
    return StepFunction.valueOf(name());
  }

  @Override
  public String toString() {
    return title;
  }
}
