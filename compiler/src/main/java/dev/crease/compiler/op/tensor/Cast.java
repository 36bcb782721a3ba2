package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
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
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.List;
import java.util.Optional;

/// ONNX `Cast`: the elements converted to the type `to`. Floating point to integer drops the
/// fraction and takes the nearest end of the range outside it (not a number: 0); integer to integer
/// keeps the low bits; anything to bool is whether it is not 0. Numbers become strings and strings
/// numbers only in plans, since the interpreter has no strings: there a string is its number.
///
/// @param roundMode only matters for 8-bit floating-point exponents
/// @param saturate only matters for 8-bit floating-point types
public record Cast(String roundMode, boolean saturate, ElementType to)
    implements Primitive, ShapeArithmetic {
  private static final String UP = "up";

  public static final OpSchema SCHEMA =
      OpSchema.named("Cast")
          .since(24)
          .attribute("round_mode", UP)
          .attribute("saturate", 1)
          .attribute("to", Attribute.Kind.INT)
          .input("input", "T1", TypeSets.ALL)
          .output("output", "T2", TypeSets.ALL)
          .build(a -> new Cast(a.text("round_mode"), a.flag("saturate"), type(a.integer("to"))));

  /// The usual form.
  public Cast(ElementType to) {
    this(UP, true, to);
  }

  private static ElementType type(long code) {
    return TypeCodes.type(code)
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "Cast to the element type number %d is not supported, only to %s"
                        .formatted(code, TypeSets.ALL)));
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("round_mode", roundMode)
        .with("saturate", saturate ? 1 : 0)
        .with("to", TypeCodes.code(to));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(operands.type(0).withElement(to));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    if (to == ElementType.BOOL) {
      return operands
          .elements(0)
          .filter(elements -> elements.stream().allMatch(Dim::isKnown))
          .map(elements -> elements.stream().map(dim -> dim.is(0) ? Dim.ZERO : Dim.ONE).toList());
    }
    boolean indexes = TypeSets.INDEXES.contains(to);
    return indexes ? operands.elements(0) : Optional.empty();
  }

  /// Between floating-point types nothing is rounded, as nowhere in the interpreter.
  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    if (x.type() == ElementType.STRING || to == ElementType.STRING) {
      throw new InvalidOperandException(
          "%s to %s is not known to the double interpreter, which has no texts; a plan computes it"
              .formatted(x.type(), to));
    }
    double[] y = x.data().clone();
    for (int i = 0; i < y.length; i++) {
      if (to == ElementType.BOOL) {
        y[i] = y[i] != 0 ? 1 : 0;
      } else if (to.isInteger()) {
        y[i] =
            x.type().isFloating()
                ? truncated(y[i])
                : Elements.toDouble(to, Elements.toLong(x.type(), y[i]));
      }
    }
    return List.of(new DoubleTensor(to, x.shape(), y));
  }

  private double lowest() {
    return to.isSigned() ? -Math.scalb(0.5, 8 * to.bytes()) : 0;
  }

  private double truncated(double value) {
    if (Double.isNaN(value)) {
      return 0;
    }
    double whole = value < 0 ? Math.ceil(value) : Math.floor(value);
    double highest = lowest() + (Math.scalb(1.0, 8 * to.bytes()) - 1);
    return Math.max(lowest(), Math.min(highest, whole));
  }

  @Override
  public void lower(Node node, Lowering lowering) {
    Value input = node.input(0);
    ElementType from = input.type().element();
    boolean text = from == ElementType.STRING || to == ElementType.STRING;
    if (text && (from == ElementType.BOOL || to == ElementType.BOOL)) {
      throw new UnsupportedNodeException(
          "Cast between strings and truth values is not supported: no text is said to be one");
    }
    int x = lowering.read(input, Layout.PLAIN);
    lowering.emit(new Instruction.Cast(x, lowering.write(node.output(), Layout.PLAIN)));
  }
}
