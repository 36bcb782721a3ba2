package dev.crease.compiler.op.normalization;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `InstanceNormalization`: `y = scale (x - mean) / sqrt(variance + epsilon) + B`, the
/// statistics for each channel of each image.
public record InstanceNormalization(float epsilon) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("InstanceNormalization")
          .since(22)
          .attribute("epsilon", 1e-5f)
          .input("input", "T", TypeSets.FLOATS)
          .input("scale", "T", TypeSets.FLOATS)
          .input("B", "T", TypeSets.FLOATS)
          .output("output", "T", TypeSets.FLOATS)
          .build(a -> new InstanceNormalization(a.real("epsilon")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("epsilon", epsilon);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Channels.check(SCHEMA, operands);
    return List.of(operands.type(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(Channels.normalize(inputs, inputs.get(0).dim(1), epsilon));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(
        node,
        to,
        Routine.GROUP_NORMALIZATION,
        List.of(node.input(0).type().dim(1)),
        List.of((double) epsilon));
  }
}
