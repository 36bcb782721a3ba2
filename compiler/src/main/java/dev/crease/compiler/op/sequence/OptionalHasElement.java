package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `OptionalHasElement`: whether the operand is there and, if it is an optional, holds
/// anything.
public record OptionalHasElement() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("OptionalHasElement")
          .since(18)
          .optionalInput("input", "O", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .output("output", "B", TypeSets.BOOLS)
          .build(_ -> new OptionalHasElement());

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
    return List.of(TensorType.of(ElementType.BOOL));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    if (!operands.has(0)) {
      return Optional.of(List.of(Dim.ZERO));
    }
    boolean optional = operands.type(0).holder().isOptional();
    return optional ? Optional.empty() : Optional.of(List.of(Dim.ONE));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    boolean empty =
        !inputs.has(0) || inputs.get(0).holder().isOptional() && inputs.get(0).items().isEmpty();
    double[] has = {empty ? 0 : 1};
    return List.of(new DoubleTensor(ElementType.BOOL, new int[0], has));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.HAS_ELEMENT);
  }
}
