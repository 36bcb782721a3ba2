package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// ONNX `SequenceConstruct`: the operands as a sequence.
public record SequenceConstruct() implements Primitive, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("SequenceConstruct")
          .since(11)
          .variadicInput("inputs", "T", TypeSets.ALL)
          .output("output_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .build(_ -> new SequenceConstruct());

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
    return List.of(TensorType.of(Holder.SEQUENCE, operands.type(0).element()));
  }

  @Override
  public List<Items> items(Operands operands) {
    Items items = Items.none();
    for (int i = 0; i < operands.count(); i++) {
      items = items.or(Items.of(operands.type(i)));
    }
    return List.of(items);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    List<DoubleTensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.count(); i++) {
      tensors.add(inputs.get(i));
    }
    return List.of(DoubleTensor.sequence(tensors.getFirst().type(), tensors));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.CONSTRUCT_SEQUENCE);
  }
}
