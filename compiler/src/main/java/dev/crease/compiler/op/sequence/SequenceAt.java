package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DeclaredRank;
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

/// ONNX `SequenceAt`: the tensor at `position`.
public record SequenceAt() implements Primitive, DeclaredRank {
  public static final OpSchema SCHEMA =
      OpSchema.named("SequenceAt")
          .since(11)
          .input("input_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .input("position", "I", TypeSets.INDEXES)
          .output("tensor", "T", TypeSets.ALL)
          .build(_ -> new SequenceAt());

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
    Positions.check("SequenceAt", operands, 1);
    ElementType element = operands.type(0).element();
    return List.of(Taken.type("SequenceAt", element, operands, Taken.sizes(operands, 0)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    List<DoubleTensor> tensors = inputs.get(0).items();
    int count = tensors.size();
    return List.of(tensors.get(Positions.of("SequenceAt", inputs, 1, count, count - 1)));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.TAKE_FROM_SEQUENCE);
  }
}
