package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// ONNX `Dropout`: the identity, unless `training_mode` is true and `ratio` is not 0; then each
/// element is 0 with probability `ratio` and else divided by `1 - ratio`. The mask tells which were
/// kept.
///
/// @param seed of the random numbers; 0 if left out
public record Dropout(Optional<Long> seed) implements Primitive {
  private static final float DEFAULT_RATIO = 0.5f;

  public static final OpSchema SCHEMA =
      OpSchema.named("Dropout")
          .since(13)
          .optional("seed", Attribute.Kind.INT)
          .input("data", "T", TypeSets.FLOATS)
          .optionalInput("ratio", "T1", TypeSets.FLOATS)
          .optionalInput("training_mode", "T2", TypeSets.BOOLS)
          .output("output", "T", TypeSets.FLOATS)
          .optionalOutput("mask", "T2", TypeSets.BOOLS)
          .build(
              a -> new Dropout(a.has("seed") ? Optional.of(a.integer("seed")) : Optional.empty()));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return seed.map(value -> Attributes.NONE.with("seed", value)).orElse(Attributes.NONE);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    return List.of(data, data.withElement(ElementType.BOOL));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    boolean training = inputs.has(2) && inputs.get(2).data()[0] != 0;
    double ratio = inputs.has(1) ? inputs.get(1).data()[0] : DEFAULT_RATIO;
    double[] y = x.data().clone();
    double[] mask = new double[y.length];
    Arrays.fill(mask, 1);
    if (training && ratio != 0) {
      MersenneTwister random = new MersenneTwister(seed.orElse(0L));
      for (int i = 0; i < y.length; i++) {
        mask[i] = random.nextDouble() >= ratio ? 1 : 0;
        y[i] = mask[i] == 0 ? 0 : y[i] / (1 - ratio);
      }
    }
    return List.of(
        new DoubleTensor(x.type(), x.shape(), y),
        new DoubleTensor(ElementType.BOOL, x.shape(), mask));
  }

  @Override
  public void lower(Node node, Lowering to) {
    boolean inference =
        !node.hasInput(2)
            || to.graph().constant(node.input(2)).map(mode -> mode.longs()[0] == 0).orElse(false);
    if (!inference) {
      Calling.lower(node, to, Routine.DROPOUT, List.of(Dim.of(seed.orElse(0L))), List.of());
      return;
    }
    Copying.lower(node, to);
    if (!node.output(1).isAbsent()) {
      int kept = to.constant(TensorType.of(ElementType.BOOL), Layout.PLAIN, () -> new byte[] {1});
      to.emit(new Instruction.Fill(kept, to.write(node.output(1), Layout.PLAIN)));
    }
  }
}
