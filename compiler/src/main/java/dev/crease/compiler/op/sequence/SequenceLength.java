package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.List;
import java.util.Set;

/// ONNX `SequenceLength`: how many tensors there are.
public record SequenceLength() implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("SequenceLength")
          .since(11)
          .input("input_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .output("length", "I", TypeSets.SHAPES)
          .build(_ -> new SequenceLength());

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(TensorType.of(ElementType.INT64));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    double[] length = {inputs.get(0).items().size()};
    return List.of(new DoubleTensor(ElementType.INT64, new int[0], length));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.LENGTH_OF_SEQUENCE);
  }
}
