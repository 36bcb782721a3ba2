package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/// ONNX `Add`, `Sub`, `Mul` and `Div`, with broadcasting.
///
/// Integers wrap around; their division truncates towards zero. An integer divided by zero is an
/// error, as in ONNX Runtime: the specification gives it no value.
public record Arithmetic(Function function) implements Primitive, ShapeArithmetic {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// An operation on two numbers: by the specification, on symbolic integers, and in the plan.
  public enum Function {
    ADD("Add", BinaryFunction.ADD, Double::sum, Long::sum, (a, b) -> Optional.of(a.plus(b))),
    SUB(
        "Sub",
        BinaryFunction.SUB,
        (a, b) -> a - b,
        (a, b) -> a - b,
        (a, b) -> Optional.of(a.minus(b))),
    MUL(
        "Mul",
        BinaryFunction.MUL,
        (a, b) -> a * b,
        (a, b) -> a * b,
        (a, b) -> Optional.of(a.times(b))),
    DIV("Div", BinaryFunction.DIV, (a, b) -> a / b, (a, b) -> a / b, SymbolicArithmetic::divide);

    private final BinaryFunction lowered;
    private final DoubleBinaryOperator formula;
    private final LongBinaryOperator integers;
    private final BiFunction<Dim, Dim, Optional<Dim>> symbolic;
    private final OpSchema schema;

    Function(
        String name,
        BinaryFunction lowered,
        DoubleBinaryOperator formula,
        LongBinaryOperator integers,
        BiFunction<Dim, Dim, Optional<Dim>> symbolic) {
      this.lowered = lowered;
      this.formula = formula;
      this.integers = integers;
      this.symbolic = symbolic;
      this.schema =
          OpSchema.named(name)
              .since(14)
              .input("A", "T", TypeSets.NUMBERS)
              .input("B", "T", TypeSets.NUMBERS)
              .output("C", "T", TypeSets.NUMBERS)
              .build(_ -> new Arithmetic(this));
    }

    /// The plan's name for the operation.
    public BinaryFunction lowered() {
      return lowered;
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
    return SymbolicArithmetic.fold(operands, function.symbolic);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor a = inputs.get(0);
    DoubleBinaryOperator formula =
        a.type().isInteger() ? (p, q) -> integer(a.type(), p, q) : function.formula;
    return List.of(Broadcast.apply(a.type(), a, inputs.get(1), formula));
  }

  private double integer(ElementType type, double a, double b) {
    long p = Elements.toLong(type, a);
    long q = Elements.toLong(type, b);
    if (function == Function.DIV && q == 0) {
      throw new InvalidOperandException("an integer is divided by zero");
    }
    boolean unsigned = function == Function.DIV && type == ElementType.UINT64;
    return Elements.toDouble(
        type, unsigned ? Long.divideUnsigned(p, q) : function.integers.applyAsLong(p, q));
  }

  @Override
  public void lower(Node node, Lowering to) {
    lower(node, to, Activation.NONE);
  }

  /// Emits `activation(a op b)` into `node`'s result.
  public void lower(Node node, Lowering to, Activation activation) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    var choice = new BroadcastLowering(node.output().type(), node.inputs(), to);
    int a = choice.read(node.input(0));
    int b = choice.read(node.input(1));
    choice.emit(function.lowered, a, b, node.output(), activation);
  }
}
