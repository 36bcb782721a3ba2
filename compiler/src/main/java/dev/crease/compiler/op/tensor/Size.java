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
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;

/// ONNX `Size`: how many elements a tensor has, as an int64 scalar.
public record Size() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Size")
          .since(13)
          .input("data", "T", TypeSets.ALL)
          .output("size", "T1", TypeSets.SHAPES)
          .build(_ -> new Size());

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
  public Optional<List<Dim>> elements(Operands operands) {
    return Optional.of(List.of(operands.type(0).elements()));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    double[] count = {inputs.get(0).data().length};
    return List.of(new DoubleTensor(ElementType.INT64, new int[0], count));
  }

  @Override
  public void lower(Node node, Lowering to) {
    throw new UnsupportedNodeException(
        "Size of %s, whose dimensions depend on data, is not supported yet"
            .formatted(node.input(0).type()));
  }
}
