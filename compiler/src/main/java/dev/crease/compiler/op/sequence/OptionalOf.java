package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attribute;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `Optional`: an optional that holds the operand, or nothing if that is left out.
///
/// @param type of what it can hold; needed where the operand is left out
public record OptionalOf(Optional<Attribute.Type> type) implements Primitive, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("Optional")
          .since(15)
          .optional("type", Attribute.Kind.TYPE)
          .optionalInput("input", "V", TypeSets.ALL)
          .heldBy(Set.of(Holder.TENSOR, Holder.SEQUENCE))
          .output("output", "O", TypeSets.ALL)
          .heldBy(Set.of(Holder.OPTIONAL, Holder.OPTIONAL_SEQUENCE))
          .build(a -> new OptionalOf(a.get("type").map(Attribute.Type.class::cast)));

  public OptionalOf {
    if (type.isPresent() && type.get().holder().isOptional()) {
      throw new IllegalArgumentException("an optional holds no optional, but " + type.get());
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return type.map(given -> Attributes.NONE.with("type", given)).orElse(Attributes.NONE);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    if (!operands.has(0)) {
      Attribute.Type given =
          type.orElseThrow(
              () -> new InvalidOperandException("Optional needs an operand or the attribute type"));
      return List.of(TensorType.of(given.holder().optional(), given.element()));
    }
    TensorType held = operands.type(0);
    Attribute.Type own = new Attribute.Type(held.element(), held.holder());
    if (type.isPresent() && !type.get().equals(own)) {
      throw new InvalidOperandException(
          "Optional is of type %s, but holds %s".formatted(type.get(), held));
    }
    return List.of(TensorType.of(held.holder().optional(), held.element()));
  }

  @Override
  public List<Items> items(Operands operands) {
    boolean tensor = operands.has(0) && operands.type(0).isTensor();
    return List.of(tensor ? Items.of(operands.type(0)) : operands.items(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(
        inputs.has(0)
            ? inputs.get(0).optional()
            : type.map(given -> DoubleTensor.nothing(given.holder(), given.element()))
                .orElseThrow(() -> new InvalidOperandException("nothing has a type")));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.HOLD);
  }
}
