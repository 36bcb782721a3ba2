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
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `LayerNormalization`: `Y = Scale (X - Mean) InvStdDev + B` with the mean, and `1 /
/// sqrt(variance + epsilon)`, over all axes from `axis` on.
///
/// @param stash the type of the statistics that are results; what they are computed in here is no
///   less exact
public record LayerNormalization(long axis, float epsilon, ElementType stash) implements Primitive {
  private static final Set<ElementType> STASHED =
      EnumSet.of(ElementType.FLOAT32, ElementType.BFLOAT16);

  public static final OpSchema SCHEMA =
      OpSchema.named("LayerNormalization")
          .since(17)
          .attribute("axis", -1)
          .attribute("epsilon", 1e-5f)
          .attribute("stash_type", 1)
          .input("X", "T", TypeSets.FLOATS)
          .input("Scale", "T", TypeSets.FLOATS)
          .optionalInput("B", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .optionalOutput("Mean", "U", STASHED)
          .optionalOutput("InvStdDev", "U", STASHED)
          .build(
              a ->
                  new LayerNormalization(
                      a.integer("axis"), a.real("epsilon"), stash(a.integer("stash_type"))));

  private static ElementType stash(long code) {
    return TypeCodes.type(code)
        .filter(STASHED::contains)
        .orElseThrow(
            () -> new IllegalArgumentException("stash_type %d is not f32 or bf16".formatted(code)));
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("axis", axis)
        .with("epsilon", epsilon)
        .with("stash_type", TypeCodes.code(stash));
  }

  private Rows rows() {
    return new Rows("LayerNormalization", axis);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    rows().check(operands.type(1), x);
    if (operands.has(2)) {
      rows().check(operands.type(2), x);
    }
    TensorType statistic = rows().statistic(x).withElement(stash);
    return List.of(x, statistic, statistic);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] scale = rows().parameter(inputs.get(1), x);
    double[] bias = inputs.has(2) ? rows().parameter(inputs.get(2), x) : new double[scale.length];
    int length = rows().length(x);
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    DoubleTensor means = DoubleTensor.zeros(stash, rows().statistic(x));
    DoubleTensor inverses = DoubleTensor.zeros(stash, rows().statistic(x));
    for (int row = 0; row < means.data().length; row++) {
      double mean = 0;
      for (int i = 0; i < length; i++) {
        mean += x.data()[row * length + i] / length;
      }
      double variance = 0;
      for (int i = 0; i < length; i++) {
        variance += Math.pow(x.data()[row * length + i] - mean, 2) / length;
      }
      double deviation = Math.sqrt(variance + epsilon);
      for (int i = 0; i < length; i++) {
        int at = row * length + i;
        y.data()[at] = scale[i] * ((x.data()[at] - mean) / deviation) + bias[i];
      }
      means.data()[row] = mean;
      inverses.data()[row] = 1 / deviation;
    }
    return List.of(y, means, inverses);
  }

  @Override
  public void lower(Node node, Lowering to) {
    rows().lower(node, to, Routine.LAYER_NORMALIZATION, 2, epsilon);
  }
}
