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
import java.util.Set;
import java.util.function.DoubleBinaryOperator;

/// ONNX `Equal`, `Less`, `Greater` and their kin: whether a relation holds, with broadcasting. None
/// holds with NaN.
public record Comparison(Function function) implements Primitive, ShapeArithmetic {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// A relation, and the plan's relation with operands in this order or exchanged.
  public enum Function {
    EQUAL("Equal", 19, TypeSets.ALL, ComparisonFunction.EQUAL, false, (a, b) -> a == b ? 1 : 0),
    LESS("Less", 13, TypeSets.NUMBERS, ComparisonFunction.LESS, false, (a, b) -> a < b ? 1 : 0),
    LESS_OR_EQUAL(
        "LessOrEqual",
        16,
        TypeSets.NUMBERS,
        ComparisonFunction.LESS_OR_EQUAL,
        false,
        (a, b) -> a <= b ? 1 : 0),
    GREATER(
        "Greater", 13, TypeSets.NUMBERS, ComparisonFunction.LESS, true, (a, b) -> a > b ? 1 : 0),
    GREATER_OR_EQUAL(
        "GreaterOrEqual",
        16,
        TypeSets.NUMBERS,
        ComparisonFunction.LESS_OR_EQUAL,
        true,
        (a, b) -> a >= b ? 1 : 0);

    private final ComparisonFunction lowered;
    private final boolean exchanged;
    private final DoubleBinaryOperator formula;
    private final OpSchema schema;

    Function(
        String name,
        int since,
        Set<ElementType> types,
        ComparisonFunction lowered,
        boolean exchanged,
        DoubleBinaryOperator formula) {
      this.lowered = lowered;
      this.exchanged = exchanged;
      this.formula = formula;
      this.schema =
          OpSchema.named(name)
              .since(since)
              .input("A", "T", types)
              .input("B", "T", types)
              .output("C", "T1", TypeSets.BOOLS)
              .build(_ -> new Comparison(this));
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
    List<Dim> dims = Broadcast.dims(schema().name(), a.dims(), operands.type(1).dims());
    return List.of(new TensorType(ElementType.BOOL, dims));
  }

  /// Numbers are compared; of expressions, only the difference can tell.
  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return SymbolicArithmetic.fold(operands, this::holds);
  }

  private Optional<Dim> holds(Dim a, Dim b) {
    Dim difference = a.minus(b);
    if (difference.isKnown()) {
      double value = difference.known().getAsLong();
      return Optional.of(Dim.of((long) function.formula.applyAsDouble(value, 0)));
    }
    boolean below = b.minus(a).plus(-1).isNonNegative();
    boolean above = difference.plus(-1).isNonNegative();
    return below || above
        ? Optional.of(Dim.of((long) function.formula.applyAsDouble(above ? 1 : -1, 0)))
        : Optional.empty();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(
        Broadcast.apply(ElementType.BOOL, inputs.get(0), inputs.get(1), function.formula));
  }

  @Override
  public void lower(Node node, Lowering to) {
    int a = to.read(node.input(function.exchanged ? 1 : 0), Layout.PLAIN);
    int b = to.read(node.input(function.exchanged ? 0 : 1), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Compare(function.lowered, a, b, y));
  }
}
