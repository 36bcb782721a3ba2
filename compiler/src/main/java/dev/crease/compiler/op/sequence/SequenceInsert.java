package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.InvalidOperandException;
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

/// ONNX `SequenceInsert`: the sequence with `tensor` before what is at `position`, or behind all.
public record SequenceInsert() implements Primitive, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("SequenceInsert")
          .since(11)
          .input("input_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .input("tensor", "T", TypeSets.ALL)
          .optionalInput("position", "I", TypeSets.INDEXES)
          .output("output_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .build(_ -> new SequenceInsert());

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
    if (operands.type(0).element() != operands.type(1).element()) {
      throw new InvalidOperandException(
          "SequenceInsert puts %s into %s; expected one element type"
              .formatted(operands.type(1), operands.type(0)));
    }
    Positions.check("SequenceInsert", operands, 2);
    return List.of(operands.type(0));
  }

  @Override
  public List<Items> items(Operands operands) {
    return List.of(operands.items(0).or(Items.of(operands.type(1))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    List<DoubleTensor> tensors = new ArrayList<>(inputs.get(0).items());
    int count = tensors.size();
    tensors.add(Positions.of("SequenceInsert", inputs, 2, count, count), inputs.get(1));
    return List.of(DoubleTensor.sequence(inputs.get(0).type(), tensors));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.INSERT_INTO_SEQUENCE);
  }
}
