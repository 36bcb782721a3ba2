package dev.crease.compiler.op.crease;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PadMode;
import java.util.ArrayList;
import java.util.List;

/// `Y = Pad(X, pads, value[c])`: as ONNX `Pad` with a constant, but with one for each channel along
/// axis 1, which is not padded itself.
///
/// @param pads how many are added before each axis, then how many after each; negative numbers crop
public record ChannelPad(List<Long> pads) implements Primitive, Composite {
  public static final OpSchema SCHEMA =
      OpSchema.crease("ChannelPad")
          .attribute("pads", Attribute.Kind.INTS)
          .input("X", "T", TypeSets.FLOATS)
          .input("value", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new ChannelPad(a.integers("pads")));

  public ChannelPad {
    pads = List.copyOf(pads);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("pads", pads);
  }

  private int rank() {
    return pads.size() / 2;
  }

  private long before(int axis) {
    return pads.get(axis);
  }

  private long after(int axis) {
    return pads.get(axis + rank());
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() < 2 || pads.size() != 2 * x.rank() || before(1) != 0 || after(1) != 0) {
      throw new InvalidOperandException(
          "ChannelPad needs two pads for each axis of X of rank 2 or more, and 0 for axis 1; got "
              + "%s for %s".formatted(pads, x));
    }
    ChannelVector.require("ChannelPad", "value", operands.type(1), x);
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < rank(); axis++) {
      Dim dim = x.dim(axis).plus(before(axis) + after(axis));
      if (dim.isKnown() && dim.known().getAsLong() < 0) {
        throw new InvalidOperandException(
            "ChannelPad crops axis %d of %s to %s elements".formatted(axis, x, dim));
      }
      dims.add(dim);
    }
    return List.of(x.withDims(dims));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(around(inputs.get(0), inputs.get(1).data()));
  }

  /// `x` with `value[c]` around channel `c`.
  DoubleTensor around(DoubleTensor x, double[] value) {
    int[] shape = new int[rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = Math.toIntExact(before(axis) + x.dim(axis) + after(axis));
      if (shape[axis] < 0) {
        throw new InvalidOperandException(
            "ChannelPad crops axis %d of %s to %d elements".formatted(axis, x, shape[axis]));
      }
    }
    int[] strides = Strides.rowMajor(shape);
    int[] from = Strides.rowMajor(x.shape());
    double[] y = new double[Strides.count(shape)];
    for (int i = 0; i < y.length; i++) {
      long at = 0;
      boolean inside = true;
      for (int axis = 0; axis < shape.length; axis++) {
        long source = i / strides[axis] % shape[axis] - before(axis);
        inside &= source >= 0 && source < x.dim(axis);
        at += source * from[axis];
      }
      y[i] = inside ? x.data()[(int) at] : value[i / strides[1] % shape[1]];
    }
    return new DoubleTensor(x.type(), shape, y);
  }

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    return List.of(expand(inputs.get(0), inputs.get(1), out));
  }

  /// `Pad(X; 0) + value Pad(0; 1)`: each element of the result is one of `X` or of `value`, and 0.
  Value expand(Value x, Value value, GraphBuilder out) {
    ElementType element = x.type().element();
    Pad pad = new Pad(PadMode.CONSTANT);
    long[] all = this.pads.stream().mapToLong(Long::longValue).toArray();
    Value pads = out.constant(out.freshName("pads"), Constant.ofLongs(all));
    Value one = out.constant(out.freshName("one"), Constant.splat(element, new long[0], 1));
    Constant zero = Constant.splat(element, new long[] {1}, 0);
    Value zeros = out.add(new ConstantOfShape(zero), out.add(new Shape(), x));
    Value outside = out.add(pad, zeros, pads, one);
    Value along = ChannelVector.along(value, rank(), out);
    Value around = out.add(new Arithmetic(Arithmetic.Function.MUL), outside, along);
    return out.add(new Arithmetic(Arithmetic.Function.ADD), out.add(pad, x, pads), around);
  }

  @Override
  public void lower(Node node, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    int value = to.read(node.input(1), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    List<Extent> begins =
        pads.subList(0, rank()).stream().map(begin -> to.extent(Dim.of(begin))).toList();
    to.emit(new Instruction.Pad(PadMode.CONSTANT, x, value, y, begins));
  }
}
