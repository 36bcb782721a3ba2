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
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;

/// ONNX `Sum`, `Mean`, `Min` and `Max` of any number of operands, with broadcasting.
public record Variadic(Function function) implements Primitive, ShapeArithmetic {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// What the operands are folded with.
  public enum Function {
    SUM("Sum", TypeSets.FLOATS, BinaryFunction.ADD, Double::sum),
    /// The sum, divided by the number of operands.
    MEAN("Mean", TypeSets.FLOATS, BinaryFunction.ADD, Double::sum),
    MIN("Min", TypeSets.NUMBERS, BinaryFunction.MIN, Math::min),
    MAX("Max", TypeSets.NUMBERS, BinaryFunction.MAX, Math::max);

    private final BinaryFunction lowered;
    private final DoubleBinaryOperator formula;
    private final OpSchema schema;

    Function(
        String name, Set<ElementType> types, BinaryFunction lowered, DoubleBinaryOperator formula) {
      this.lowered = lowered;
      this.formula = formula;
      this.schema =
          OpSchema.named(name)
              .since(13)
              .variadicInput("data_0", "T", types)
              .output("result", "T", types)
              .build(_ -> new Variadic(this));
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
    TensorType first = operands.type(0);
    List<Dim> dims = first.dims();
    for (int i = 1; i < operands.count(); i++) {
      dims = Broadcast.dims(schema().name(), dims, operands.type(i).dims());
    }
    return List.of(first.withDims(dims));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return switch (function) {
      case SUM, MEAN -> Optional.empty();
      case MIN -> SymbolicArithmetic.fold(operands, (a, b) -> Optional.of(a.min(b)));
      case MAX -> SymbolicArithmetic.fold(operands, (a, b) -> Optional.of(a.max(b)));
    };
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor result = inputs.get(0);
    for (int i = 1; i < inputs.count(); i++) {
      result = Broadcast.apply(result.type(), result, inputs.get(i), function.formula);
    }
    if (function == Function.MEAN) {
      double[] mean = Arrays.stream(result.data()).map(sum -> sum / inputs.count()).toArray();
      result = new DoubleTensor(result.type(), result.shape(), mean);
    }
    return List.of(result);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    int count = node.inputs().size();
    if (function == Function.MEAN) {
      Supported.type(node, node.input(0), Supported.REALS);
    }
    if (count == 1) {
      Copying.lower(node, to);
      return;
    }
    TensorType type = node.output().type();
    var choice = new BroadcastLowering(type, node.inputs(), to);
    int sum = choice.read(node.input(0));
    List<Dim> dims = node.input(0).type().dims();
    for (int i = 1; i < count - 1; i++) {
      dims = Broadcast.dims(schema().name(), dims, node.input(i).type().dims());
      int partial = to.temporary(type.withDims(dims), choice.layout());
      int next = choice.read(node.input(i));
      to.emit(new Instruction.Binary(function.lowered, sum, next, partial, List.of()));
      sum = partial;
    }
    int last = choice.read(node.input(count - 1));
    if (function != Function.MEAN) {
      choice.emit(function.lowered, sum, last, node.output(), Activation.NONE);
      return;
    }
    int total = to.temporary(type, choice.layout());
    to.emit(new Instruction.Binary(function.lowered, sum, last, total, List.of()));
    choice.emit(BinaryFunction.DIV, total, choice.scalar(count), node.output(), Activation.NONE);
  }
}
