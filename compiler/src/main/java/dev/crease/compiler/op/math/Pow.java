package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;

/// ONNX `Pow`: `Z = X^Y` with broadcasting, of the base's type. With an integer base the result has
/// no fraction and wraps around if the exponent is one too, and a negative power of zero is an
/// error, as division by zero is.
public record Pow() implements Primitive {
  private static final Set<ElementType> BASES = bases();

  public static final OpSchema SCHEMA =
      OpSchema.named("Pow")
          .since(15)
          .input("X", "T", BASES)
          .input("Y", "T1", TypeSets.NUMBERS)
          .output("Z", "T", BASES)
          .build(_ -> new Pow());

  private static Set<ElementType> bases() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.FLOATS);
    types.addAll(TypeSets.INDEXES);
    return types;
  }

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
    TensorType base = operands.type(0);
    return List.of(base.withDims(Broadcast.dims("Pow", base.dims(), operands.type(1).dims())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor base = inputs.get(0);
    DoubleBinaryOperator formula =
        base.type().isInteger() ? (x, y) -> integer(base.type(), x, y) : Math::pow;
    return List.of(Broadcast.apply(base.type(), base, inputs.get(1), formula));
  }

  private static double integer(ElementType type, double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw new InvalidOperandException("an integer is divided by zero: 0 to a negative power");
    }
    if (exponent < 0 || exponent != Math.rint(exponent)) {
      return Elements.toDouble(type, Elements.toLong(type, Math.pow(base, exponent)));
    }
    return Elements.toDouble(type, power(Elements.toLong(type, base), (long) exponent));
  }

  /// By squaring, modulo 2^64.
  private static long power(long base, long exponent) {
    long product = 1;
    long square = base;
    for (long left = exponent; left > 0; left >>= 1) {
      product *= (left & 1) == 1 ? square : 1;
      square *= square;
    }
    return product;
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    ElementType type = node.input(0).type().element();
    ElementType power = node.input(1).type().element();
    if (type == power) {
      var choice = new BroadcastLowering(node.output().type(), node.inputs(), to);
      int base = choice.read(node.input(0));
      if (isSquare(node, to)) {
        choice.emit(BinaryFunction.MUL, base, base, node.output(), Activation.NONE);
        return;
      }
      int exponent = choice.read(node.input(1));
      choice.emit(BinaryFunction.POW, base, exponent, node.output(), Activation.NONE);
      return;
    }
    ElementType common = common(type, power, node, to);
    int base = converted(node.input(0), common, to);
    int exponent = converted(node.input(1), common, to);
    boolean same = common == type;
    int y =
        same
            ? to.write(node.output(), Layout.PLAIN)
            : to.temporary(node.output().type().withElement(common), Layout.PLAIN);
    to.emit(new Instruction.Binary(BinaryFunction.POW, base, exponent, y, List.of()));
    if (!same) {
      to.emit(new Instruction.Cast(y, to.write(node.output(), Layout.PLAIN)));
    }
  }

  /// Whether every element is to be multiplied by itself, for which there is a vectorized kernel;
  /// in float32 the result is the same to the bit, since a double holds the product.
  private static boolean isSquare(Node node, Lowering to) {
    return node.output().type().dims().equals(node.input(0).type().dims())
        && to.graph()
            .constant(node.input(1))
            .map(exponent -> exponent.count(value -> value != 2) == 0)
            .orElse(false);
  }

  /// The type to compute in: of integers, 64 bits that wrap around; else the base's type if it
  /// holds all exponents, else float64.
  private static ElementType common(
      ElementType base, ElementType exponent, Node node, Lowering to) {
    if (base.isInteger() && exponent.isInteger()) {
      return exponent == ElementType.UINT64 ? ElementType.UINT64 : ElementType.INT64;
    }
    boolean exact =
        exponent.bytes() <= 2
            || to.graph()
                .constant(node.input(1))
                .map(constant -> constant.count(value -> (float) value != value) == 0)
                .orElse(false);
    return base == ElementType.FLOAT32 && exact ? base : ElementType.FLOAT64;
  }

  private static int converted(Value value, ElementType type, Lowering to) {
    int x = to.read(value, Layout.PLAIN);
    if (value.type().element() == type) {
      return x;
    }
    int y = to.temporary(value.type().withElement(type), Layout.PLAIN);
    to.emit(new Instruction.Cast(x, y));
    return y;
  }
}
