package dev.crease.compiler.op.loss;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// ONNX `NegativeLogLikelihoodLoss`: `loss[n, d] = -weight[c] input[n, c, d]`, where `c` is
/// `target[n, d]`, and 0 where `c` is ignored. The mean is the sum divided by that of the weights
/// of all targets that are not ignored; without weights each is 1.
///
/// @param ignored the class that does not count, if there is one; it may be none of the classes
public record NegativeLogLikelihoodLoss(Optional<Long> ignored, LossReduction reduction)
    implements Defined {
  public static final OpSchema SCHEMA =
      attributes(OpSchema.named("NegativeLogLikelihoodLoss").since(22))
          .input("input", "T", TypeSets.FLOATS)
          .input("target", "Tind", TypeSets.INDEXES)
          .optionalInput("weight", "T", TypeSets.FLOATS)
          .output("loss", "T", TypeSets.FLOATS)
          .build(NegativeLogLikelihoodLoss::of);

  static OpSchema.Builder attributes(OpSchema.Builder schema) {
    return schema.optional("ignore_index", Attribute.Kind.INT).attribute("reduction", "mean");
  }

  static NegativeLogLikelihoodLoss of(Attributes a) {
    return new NegativeLogLikelihoodLoss(
        a.has("ignore_index") ? Optional.of(a.integer("ignore_index")) : Optional.empty(),
        LossReduction.of(a.text("reduction")));
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return ignored
        .map(label -> Attributes.NONE.with("ignore_index", label))
        .orElse(Attributes.NONE)
        .with("reduction", reduction.text());
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(loss(SCHEMA.name(), operands));
  }

  /// The type of the loss of an operator with these operands.
  TensorType loss(String operator, Operands operands) {
    TensorType input = operands.type(0);
    TensorType target = operands.type(1);
    boolean fits = input.rank() >= 2 && target.rank() == input.rank() - 1;
    for (int axis = 0; fits && axis < target.rank(); axis++) {
      fits = agree(target.dim(axis), input.dim(axis == 0 ? 0 : axis + 1));
    }
    if (!fits) {
      throw new InvalidOperandException(
          "%s needs a class for each place of [N, C, ...], got %s for %s"
              .formatted(operator, target, input));
    }
    if (operands.has(2)) {
      TensorType weight = operands.type(2);
      if (weight.rank() != 1 || !agree(weight.dim(0), input.dim(1))) {
        throw new InvalidOperandException(
            "%s needs a weight for each class of %s, got %s".formatted(operator, input, weight));
      }
    }
    return reduction == LossReduction.NONE
        ? target.withElement(input.element())
        : TensorType.of(input.element());
  }

  private static boolean agree(Dim a, Dim b) {
    return !a.isKnown() || !b.isKnown() || a.equals(b);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor target = inputs.get(1);
    return List.of(
        loss(
            inputs.get(0),
            target,
            inputs.has(2) ? Optional.of(inputs.get(2).data()) : Optional.empty()));
  }

  /// The loss of `input`, logarithms of likelihoods.
  DoubleTensor loss(DoubleTensor input, DoubleTensor target, Optional<double[]> weights) {
    int classes = input.dim(1);
    int places = Strides.count(target.shape(), 1, target.rank());
    DoubleTensor losses = DoubleTensor.zeros(input.type(), target.shape());
    double sum = 0;
    double total = 0;
    for (int i = 0; i < losses.data().length; i++) {
      long label = (long) target.data()[i];
      if (ignored.isPresent() && ignored.get() == label) {
        continue;
      }
      int c = Objects.checkIndex((int) label, classes);
      double weight = weights.isPresent() ? weights.get()[c] : 1;
      double likely = input.data()[(i / places * classes + c) * places + i % places];
      losses.data()[i] = -weight * likely;
      sum += losses.data()[i];
      total += weight;
    }
    return switch (reduction) {
      case NONE -> losses;
      case SUM -> new DoubleTensor(input.type(), new int[0], new double[] {sum});
      case MEAN -> new DoubleTensor(input.type(), new int[0], new double[] {sum / total});
    };
  }
}
