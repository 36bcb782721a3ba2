package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import java.util.List;
import java.util.Optional;

/// ONNX `Identity`: the operand.
public record Identity() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Identity")
          .since(13)
          .input("input", "V", TypeSets.ALL)
          .output("output", "V", TypeSets.ALL)
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
  public Optional<List<Dim>> elements(Operands operands) {
    return operands.elements(0);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(inputs.get(0));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Copying.lower(node, to);
  }
}
