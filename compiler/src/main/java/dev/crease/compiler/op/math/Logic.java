package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.ComparisonFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// ONNX `And`, `Or` and `Xor` of booleans, with broadcasting.
public record Logic(Function function) implements Primitive, ShapeArithmetic {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// A connective, on 0 and 1.
  public enum Function {
    AND("And", (a, b) -> a.min(b)),
    OR("Or", (a, b) -> a.max(b)),
    XOR("Xor", (a, b) -> a.plus(b).minus(a.times(b).times(2)));

    private final BinaryOperator<Dim> formula;
    private final OpSchema schema;

    Function(String name, BinaryOperator<Dim> formula) {
      this.formula = formula;
      this.schema =
          OpSchema.named(name)
              .since(7)
              .input("A", "T", TypeSets.BOOLS)
              .input("B", "T", TypeSets.BOOLS)
              .output("C", "T1", TypeSets.BOOLS)
              .build(_ -> new Logic(this));
    }

    private double apply(double a, double b) {
      return switch (this) {
        case AND -> a * b;
        case OR -> Math.max(a, b);
        case XOR -> Math.abs(a - b);
      };
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
  public Optional<List<Dim>> elements(Operands operands) {
    return SymbolicArithmetic.fold(operands, (a, b) -> Optional.of(function.formula.apply(a, b)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(
        Broadcast.apply(ElementType.BOOL, inputs.get(0), inputs.get(1), function::apply));
  }

  /// `and` is `a ? b : false`, `or` is `a ? true : b`, `xor` is `a = b ? false : true`.
  @Override
  public void lower(Node node, Lowering to) {
    int a = to.read(node.input(0), Layout.PLAIN);
    int b = to.read(node.input(1), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    switch (function) {
      case AND -> to.emit(new Instruction.Select(a, b, constant(to, false), y));
      case OR -> to.emit(new Instruction.Select(a, constant(to, true), b, y));
      case XOR -> {
        int equal = to.temporary(node.output().type(), Layout.PLAIN);
        to.emit(new Instruction.Compare(ComparisonFunction.EQUAL, a, b, equal));
        to.emit(new Instruction.Select(equal, constant(to, false), constant(to, true), y));
      }
    }
  }

  private static int constant(Lowering to, boolean value) {
    byte[] element = {(byte) (value ? 1 : 0)};
    return to.constant(TensorType.of(ElementType.BOOL), Layout.PLAIN, () -> element);
  }
}
