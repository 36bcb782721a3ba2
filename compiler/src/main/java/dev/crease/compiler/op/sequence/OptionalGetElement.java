package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DeclaredRank;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.List;
import java.util.Set;

/// ONNX `OptionalGetElement`: what an optional holds; a tensor or a sequence as it is.
public record OptionalGetElement() implements Primitive, Holding, DeclaredRank {
  public static final OpSchema SCHEMA =
      OpSchema.named("OptionalGetElement")
          .since(18)
          .input("input", "O", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .output("output", "V", TypeSets.ALL)
          .heldBy(Set.of(Holder.TENSOR, Holder.SEQUENCE))
          .build(_ -> new OptionalGetElement());

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
    TensorType given = operands.type(0);
    return switch (given.holder()) {
      case TENSOR, SEQUENCE -> List.of(given);
      case OPTIONAL ->
          List.of(
              Taken.type(
                  "OptionalGetElement", given.element(), operands, Taken.sizes(operands, 0)));
      case OPTIONAL_SEQUENCE -> List.of(TensorType.of(Holder.SEQUENCE, given.element()));
    };
  }

  @Override
  public List<Items> items(Operands operands) {
    return List.of(operands.items(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor given = inputs.get(0);
    if (!given.holder().isOptional()) {
      return List.of(given);
    }
    if (given.items().isEmpty()) {
      throw new InvalidOperandException("the optional holds nothing");
    }
    return List.of(given.items().getFirst());
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (node.input(0).type().isTensor()) {
      Copying.lower(node, to);
    } else {
      Producing.lower(node, to, Production.GET_ELEMENT);
    }
  }
}
