package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/// ONNX `CumSum` and `CumProd`: the sums or products of the first elements along one axis, which is
/// an operand. Integers wrap around.
///
/// @param exclusive whether an element itself is left out: the first is 0 or 1 then
/// @param reverse whether they run from the end
public record Cumulative(Function function, boolean exclusive, boolean reverse)
    implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// What elements are folded with.
  public enum Function {
    SUM("CumSum", 14, Routine.CUMULATIVE_SUM, 0, Double::sum, Long::sum),
    PROD("CumProd", 26, Routine.CUMULATIVE_PRODUCT, 1, (a, b) -> a * b, (a, b) -> a * b);

    private final Routine routine;
    private final double neutral;
    private final DoubleBinaryOperator formula;
    private final LongBinaryOperator integers;
    private final OpSchema schema;

    Function(
        String name,
        int since,
        Routine routine,
        double neutral,
        DoubleBinaryOperator formula,
        LongBinaryOperator integers) {
      this.routine = routine;
      this.neutral = neutral;
      this.formula = formula;
      this.integers = integers;
      schema =
          OpSchema.named(name)
              .since(since)
              .attribute("exclusive", 0)
              .attribute("reverse", 0)
              .input("x", "T", ReducedAxes.numbers())
              .input("axis", "T2", TypeSets.INDEXES)
              .output("y", "T", ReducedAxes.numbers())
              .build(a -> new Cumulative(this, a.flag("exclusive"), a.flag("reverse")));
    }

    private double next(ElementType type, double total, double x) {
      return type.isInteger()
          ? Elements.toDouble(
              type, integers.applyAsLong(Elements.toLong(type, total), Elements.toLong(type, x)))
          : formula.applyAsDouble(total, x);
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("exclusive", exclusive ? 1 : 0).with("reverse", reverse ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    Dim count = operands.type(1).elements();
    if (x.rank() == 0 || count.isKnown() && !count.is(1)) {
      throw new InvalidOperandException(
          "%s needs an axis of %s, got %s".formatted(schema().name(), x, operands.type(1)));
    }
    if (Axes.areKnown(operands, 1)) {
      long axis = Axes.known(schema().name(), operands, 1).getFirst();
      Axes.normalize(schema().name(), axis, x.rank());
    }
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int along = Axes.normalize(schema().name(), (long) inputs.get(1).data()[0], x.rank());
    int length = x.dim(along);
    int inner = Strides.count(x.shape(), along + 1, x.rank());
    int lines = inner * Strides.count(x.shape(), 0, along);
    double[] y = new double[x.data().length];
    for (int line = 0; line < lines; line++) {
      int start = line / inner * inner * length + line % inner;
      double total = function.neutral;
      for (int k = 0; k < length; k++) {
        int at = start + (reverse ? length - 1 - k : k) * inner;
        double next = function.next(x.type(), total, x.data()[at]);
        y[at] = exclusive ? total : next;
        total = next;
      }
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> integers = List.of(Dim.of(exclusive ? 1 : 0), Dim.of(reverse ? 1 : 0));
    Calling.lower(node, to, function.routine, integers, List.of());
  }
}
