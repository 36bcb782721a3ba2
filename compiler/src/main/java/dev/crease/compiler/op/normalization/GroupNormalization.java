package dev.crease.compiler.op.normalization;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
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

/// ONNX `GroupNormalization`: `Y = scale (X - mean) / sqrt(variance + epsilon) + bias`, scale and
/// bias for each channel, the statistics for each image and group of channels.
///
/// @param stashType the number of the least exact type in which statistics may be computed
public record GroupNormalization(float epsilon, long groups, long stashType) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("GroupNormalization")
          .since(21)
          .attribute("epsilon", 1e-5f)
          .attribute("num_groups", Attribute.Kind.INT)
          .attribute("stash_type", 1)
          .input("X", "T", TypeSets.FLOATS)
          .input("scale", "T", TypeSets.FLOATS)
          .input("bias", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(
              a ->
                  new GroupNormalization(
                      a.real("epsilon"), a.integer("num_groups"), a.integer("stash_type")));

  public GroupNormalization {
    if (groups < 1) {
      throw new IllegalArgumentException("num_groups is " + groups + ", expected 1 or more");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("epsilon", epsilon)
        .with("num_groups", groups)
        .with("stash_type", stashType);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    Channels.check(SCHEMA, operands);
    Dim channels = x.dim(1);
    if (channels.isKnown() && channels.known().getAsLong() % groups != 0) {
      throw new InvalidOperandException(
          "GroupNormalization of %s cannot make %d groups of %s channels"
              .formatted(x, groups, channels));
    }
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(Channels.normalize(inputs, (int) groups, epsilon));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(
        node, to, Routine.GROUP_NORMALIZATION, List.of(Dim.of(groups)), List.of((double) epsilon));
  }
}
