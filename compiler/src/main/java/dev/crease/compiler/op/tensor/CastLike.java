package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;

/// ONNX `CastLike`: the [Cast] of the first operand to the element type of the second.
///
/// @param roundMode only matters for 8-bit floating-point exponents
/// @param saturate only matters for 8-bit floating-point types
public record CastLike(String roundMode, boolean saturate) implements Defined, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("CastLike")
          .since(25)
          .attribute("round_mode", "up")
          .attribute("saturate", 1)
          .input("input", "T1", TypeSets.ALL)
          .input("target_type", "T2", TypeSets.ALL)
          .output("output", "T2", TypeSets.ALL)
          .build(a -> new CastLike(a.text("round_mode"), a.flag("saturate")));

  private Cast to(ElementType type) {
    return new Cast(roundMode, saturate, type);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("round_mode", roundMode).with("saturate", saturate ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(operands.type(0).withElement(operands.type(1).element()));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return to(operands.type(1).element()).elements(operands);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return to(inputs.get(1).type()).evaluate(inputs);
  }
}
