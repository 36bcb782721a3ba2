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
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Production;
import java.util.List;
import java.util.Set;

/// ONNX `SequenceEmpty`: a sequence of no tensors.
///
/// @param element type of the tensors that it can hold
public record SequenceEmpty(ElementType element) implements Primitive, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("SequenceEmpty")
          .since(11)
          .attribute("dtype", TypeCodes.code(ElementType.FLOAT32))
          .output("output", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .build(a -> new SequenceEmpty(element(a.integer("dtype"))));

  private static ElementType element(long code) {
    return TypeCodes.type(code)
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "a sequence of the element type number %d is not supported, only of %s"
                        .formatted(code, TypeSets.ALL)));
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("dtype", TypeCodes.code(element));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(TensorType.of(Holder.SEQUENCE, element));
  }

  @Override
  public List<Items> items(Operands operands) {
    return List.of(Items.none());
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(DoubleTensor.sequence(element, List.of()));
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType none = TensorType.of(element, 0);
    int like = to.constant(none, Layout.PLAIN, () -> element.storage().allocate(0));
    Production production = Production.EMPTY_SEQUENCE;
    Producing.lower(node, to, production, List.of(like), List.of(), List.of());
  }
}
