package dev.crease.compiler.op.normalization;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `RMSNormalization`: `Y = scale X / sqrt(mean(X^2) + epsilon)`, the mean over all axes from
/// `axis` on.
///
/// @param stashType the number of the least exact type in which the mean may be computed
public record RmsNormalization(long axis, float epsilon, long stashType) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("RMSNormalization")
          .since(23)
          .attribute("axis", -1)
          .attribute("epsilon", 1e-5f)
          .attribute("stash_type", 1)
          .input("X", "T", TypeSets.FLOATS)
          .input("scale", "V", TypeSets.FLOATS)
          .output("Y", "V", TypeSets.FLOATS)
          .build(
              a ->
                  new RmsNormalization(
                      a.integer("axis"), a.real("epsilon"), a.integer("stash_type")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("axis", axis)
        .with("epsilon", epsilon)
        .with("stash_type", stashType);
  }

  private Rows rows() {
    return new Rows("RMSNormalization", axis);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    rows().check(operands.type(1), x);
    return List.of(x.withElement(operands.type(1).element()));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] scale = rows().parameter(inputs.get(1), x);
    int length = rows().length(x);
    DoubleTensor y = DoubleTensor.zeros(inputs.get(1).type(), x.shape());
    for (int start = 0; start < y.data().length; start += length) {
      double mean = 0;
      for (int i = start; i < start + length; i++) {
        mean += x.data()[i] * x.data()[i] / length;
      }
      for (int i = start; i < start + length; i++) {
        y.data()[i] = scale[i - start] * x.data()[i] / Math.sqrt(mean + epsilon);
      }
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    rows().lower(node, to, Routine.RMS_NORMALIZATION, 1, epsilon);
  }
}
