package dev.crease.compiler.op.loss;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import java.util.List;
import java.util.Optional;

/// ONNX `SoftmaxCrossEntropyLoss`: the [NegativeLogLikelihoodLoss] of the scores' `log(softmax)`
/// along axis 1, which is the second result.
public record SoftmaxCrossEntropyLoss(NegativeLogLikelihoodLoss likelihood) implements Defined {
  public static final OpSchema SCHEMA =
      NegativeLogLikelihoodLoss.attributes(OpSchema.named("SoftmaxCrossEntropyLoss").since(13))
          .input("scores", "T", TypeSets.FLOATS)
          .input("labels", "Tind", TypeSets.INDEXES)
          .optionalInput("weights", "T", TypeSets.FLOATS)
          .output("output", "T", TypeSets.FLOATS)
          .optionalOutput("log_prob", "T", TypeSets.FLOATS)
          .build(a -> new SoftmaxCrossEntropyLoss(NegativeLogLikelihoodLoss.of(a)));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return likelihood.attributes();
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(likelihood.loss(SCHEMA.name(), operands), operands.type(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor logarithms = logarithms(inputs.get(0));
    Optional<double[]> weights =
        inputs.has(2) ? Optional.of(inputs.get(2).data()) : Optional.empty();
    return List.of(likelihood.loss(logarithms, inputs.get(1), weights), logarithms);
  }

  private static DoubleTensor logarithms(DoubleTensor scores) {
    int places = Strides.count(scores.shape(), 2, scores.rank());
    DoubleTensor y = DoubleTensor.zeros(scores.type(), scores.shape());
    for (int i = 0; i < y.data().length; i++) {
      int first = i / places / scores.dim(1) * scores.dim(1) * places + i % places;
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < scores.dim(1); c++) {
        largest = Math.max(largest, scores.data()[first + c * places]);
      }
      double sum = 0;
      for (int c = 0; c < scores.dim(1); c++) {
        sum += Math.exp(scores.data()[first + c * places] - largest);
      }
      y.data()[i] = scores.data()[i] - largest - Math.log(sum);
    }
    return y;
  }
}
