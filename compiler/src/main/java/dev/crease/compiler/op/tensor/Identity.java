package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `Identity`: the operand.
public record Identity() implements Primitive, Holding, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Identity")
          .since(13)
          .input("input", "V", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .output("output", "V", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .build(_ -> new Identity());

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
    return List.of(operands.type(0));
  }

  @Override
  public List<Items> items(Operands operands) {
    return List.of(operands.items(0));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return operands.elements(0);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(inputs.get(0));
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (node.output().type().isTensor()) {
      Copying.lower(node, to);
    } else {
      Producing.lower(node, to, Production.HOLD);
    }
  }
}
