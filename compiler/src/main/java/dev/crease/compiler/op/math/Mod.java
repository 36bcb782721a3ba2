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
import java.util.List;
import java.util.Optional;

/// ONNX `Mod`, with broadcasting: the remainder of `A / B` rounded down, of the sign of `B`, or,
/// with `fmod`, truncated, of the sign of `A`. An integer divided by zero is an error.
///
/// The specification wants `fmod` for floating-point numbers; without it the remainder is Python's.
public record Mod(boolean fmod) implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Mod")
          .since(13)
          .attribute("fmod", 0)
          .input("A", "T", TypeSets.NUMBERS)
          .input("B", "T", TypeSets.NUMBERS)
          .output("C", "T", TypeSets.NUMBERS)
          .build(a -> new Mod(a.flag("fmod")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("fmod", fmod ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType a = operands.type(0);
    return List.of(a.withDims(Broadcast.dims("Mod", a.dims(), operands.type(1).dims())));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return SymbolicArithmetic.fold(operands, this::remainder);
  }

  /// Of expressions, where both remainders are the same.
  private Optional<Dim> remainder(Dim a, Dim b) {
    if (a.isKnown() && b.isKnown() && !b.is(0)) {
      long p = a.known().getAsLong();
      long q = b.known().getAsLong();
      return Optional.of(Dim.of(fmod ? p % q : Math.floorMod(p, q)));
    }
    boolean positive = a.isNonNegative() && b.plus(-1).isNonNegative();
    return positive ? Optional.of(a.minus(a.floorDiv(b).times(b))) : Optional.empty();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    ElementType type = inputs.get(0).type();
    return List.of(
        Broadcast.apply(
            type,
            inputs.get(0),
            inputs.get(1),
            type.isInteger() ? (a, b) -> integer(type, a, b) : this::real));
  }

  private double real(double a, double b) {
    double remainder = a % b;
    return fmod || remainder == 0 || remainder > 0 == b > 0 ? remainder : remainder + b;
  }

  private double integer(ElementType type, double a, double b) {
    long p = Elements.toLong(type, a);
    long q = Elements.toLong(type, b);
    if (q == 0) {
      throw new InvalidOperandException("an integer is divided by zero");
    }
    if (type == ElementType.UINT64) {
      return Elements.toDouble(type, Long.remainderUnsigned(p, q));
    }
    return Elements.toDouble(type, fmod ? p % q : Math.floorMod(p, q));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    var choice = new BroadcastLowering(node.output().type(), node.inputs(), to);
    int a = choice.read(node.input(0));
    int b = choice.read(node.input(1));
    BinaryFunction function = fmod ? BinaryFunction.FMOD : BinaryFunction.MOD;
    choice.emit(function, a, b, node.output(), Activation.NONE);
  }
}
