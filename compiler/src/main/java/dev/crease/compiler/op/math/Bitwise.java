package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongBinaryOperator;

/// ONNX `BitwiseAnd`, `BitwiseOr` and `BitwiseXor` of integers, with broadcasting. The reference is
/// exact for integers that a double holds, up to 2^53; kernels are for all.
public record Bitwise(Function function) implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// A connective, bit by bit.
  public enum Function {
    AND("BitwiseAnd", BinaryFunction.BIT_AND, (a, b) -> a & b),
    OR("BitwiseOr", BinaryFunction.BIT_OR, (a, b) -> a | b),
    XOR("BitwiseXor", BinaryFunction.BIT_XOR, (a, b) -> a ^ b);

    private final BinaryFunction lowered;
    private final LongBinaryOperator formula;
    private final OpSchema schema;

    Function(String name, BinaryFunction lowered, LongBinaryOperator formula) {
      this.lowered = lowered;
      this.formula = formula;
      this.schema =
          OpSchema.named(name)
              .since(18)
              .input("A", "T", TypeSets.INTEGERS)
              .input("B", "T", TypeSets.INTEGERS)
              .output("C", "T", TypeSets.INTEGERS)
              .build(_ -> new Bitwise(this));
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType a = operands.type(0);
    return List.of(a.withDims(Broadcast.dims(schema().name(), a.dims(), operands.type(1).dims())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(apply(inputs, function.formula));
  }

  /// `formula` of the integers of two operands.
  static DoubleTensor apply(EvaluationInputs inputs, LongBinaryOperator formula) {
    ElementType type = inputs.get(0).type();
    return Broadcast.apply(
        type,
        inputs.get(0),
        inputs.get(1),
        (a, b) ->
            Elements.toDouble(
                type, formula.applyAsLong(Elements.toLong(type, a), Elements.toLong(type, b))));
  }

  @Override
  public void lower(Node node, Lowering to) {
    lower(node, function.lowered, to);
  }

  /// Emits `function` of two operands of integers.
  static void lower(Node node, BinaryFunction function, Lowering to) {
    int a = to.read(node.input(0), Layout.PLAIN);
    int b = to.read(node.input(1), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Binary(function, a, b, y, List.of()));
  }
}
