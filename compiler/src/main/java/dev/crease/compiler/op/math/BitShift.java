package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `BitShift` of unsigned integers, with broadcasting: the bits of `X`, moved by `Y` places;
/// none is left if `Y` is the width or more. The reference is exact up to 2^53, kernels everywhere.
///
/// @param left whether to the left, else to the right
public record BitShift(boolean left) implements Primitive {
  private static final Set<ElementType> UNSIGNED =
      EnumSet.of(ElementType.UINT8, ElementType.UINT16, ElementType.UINT32, ElementType.UINT64);

  public static final OpSchema SCHEMA =
      OpSchema.named("BitShift")
          .since(11)
          .attribute("direction", Attribute.Kind.TEXT)
          .input("X", "T", UNSIGNED)
          .input("Y", "T", UNSIGNED)
          .output("Z", "T", UNSIGNED)
          .build(a -> of(a.text("direction")));

  private static BitShift of(String direction) {
    return switch (direction) {
      case "LEFT" -> new BitShift(true);
      case "RIGHT" -> new BitShift(false);
      default ->
          throw new IllegalArgumentException(
              "direction is '" + direction + "', expected 'LEFT' or 'RIGHT'");
    };
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("direction", left ? "LEFT" : "RIGHT");
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    return List.of(x.withDims(Broadcast.dims("BitShift", x.dims(), operands.type(1).dims())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int width = 8 * inputs.get(0).type().bytes();
    return List.of(Bitwise.apply(inputs, (x, places) -> shift(x, places, width)));
  }

  private long shift(long x, long places, int width) {
    if (places < 0 || places >= width) {
      return 0;
    }
    return left ? x << places : x >>> places;
  }

  @Override
  public void lower(Node node, Lowering to) {
    Bitwise.lower(node, left ? BinaryFunction.SHIFT_LEFT : BinaryFunction.SHIFT_RIGHT, to);
  }
}
