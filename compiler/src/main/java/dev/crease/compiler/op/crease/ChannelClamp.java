package dev.crease.compiler.op.crease;

import dev.crease.compiler.ir.Attributes;
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
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PostOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// `Y = min(max(X, lower[c]), upper[c])` along axis 1: a clamp with bounds for each channel. NaN
/// stays NaN; `lower` may be -infinity, `upper` infinity.
public record ChannelClamp() implements Primitive, Composite {
  public static final OpSchema SCHEMA =
      OpSchema.crease("ChannelClamp")
          .input("X", "T", TypeSets.FLOATS)
          .input("lower", "T", TypeSets.FLOATS)
          .input("upper", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(_ -> new ChannelClamp());

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
    TensorType x = operands.type(0);
    if (x.rank() < 2) {
      throw new InvalidOperandException("ChannelClamp needs X of rank 2 or more, got " + x);
    }
    ChannelVector.require("ChannelClamp", "lower", operands.type(1), x);
    ChannelVector.require("ChannelClamp", "upper", operands.type(2), x);
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] lower = inputs.get(1).data();
    double[] upper = inputs.get(2).data();
    int pixels = Arrays.stream(x.shape()).skip(2).reduce(1, (a, b) -> a * b);
    double[] y = new double[x.data().length];
    for (int i = 0; i < y.length; i++) {
      int channel = i / pixels % lower.length;
      y[i] = Math.min(Math.max(x.data()[i], lower[channel]), upper[channel]);
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  /// A bound that bounds nothing adds no operator.
  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value y = inputs.get(0);
    y = bounded(Variadic.Function.MAX, y, inputs.get(1), Double.NEGATIVE_INFINITY, out);
    y = bounded(Variadic.Function.MIN, y, inputs.get(2), Double.POSITIVE_INFINITY, out);
    return List.of(y);
  }

  private static Value bounded(
      Variadic.Function function, Value x, Value bound, double neutral, GraphBuilder out) {
    boolean bounds =
        out.constantOf(bound)
            .map(constant -> Arrays.stream(constant.doubles()).anyMatch(b -> b != neutral))
            .orElse(true);
    return bounds
        ? out.add(new Variadic(function), x, ChannelVector.along(bound, x.type().rank(), out))
        : x;
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType type = node.input(0).type();
    if (type.element() != ElementType.FLOAT32 || type.rank() > 5) {
      Supported.type(node, node.input(0), Supported.REALS);
      int raised = to.temporary(type, Layout.PLAIN);
      int x = to.read(node.input(0), Layout.PLAIN);
      to.emit(binary(BinaryFunction.MAX, x, column(node.input(1), type, to), raised));
      int bound = column(node.input(2), type, to);
      int y = to.write(node.output(), Layout.PLAIN);
      to.emit(binary(BinaryFunction.MIN, raised, bound, y));
      return;
    }
    int lower = to.readVector(node.input(1));
    int upper = to.readVector(node.input(2));
    int x = to.read(node.input(0), Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    to.emit(new Instruction.Channelwise(x, y, List.of(new PostOp.Clamp(lower, upper))));
  }

  private static Instruction binary(BinaryFunction function, int a, int b, int y) {
    return new Instruction.Binary(function, a, b, y, List.of());
  }

  /// The bounds along axis 1 of a tensor.
  private static int column(Value bounds, TensorType type, Lowering to) {
    List<Dim> dims = new ArrayList<>(Collections.nCopies(type.rank(), Dim.ONE));
    dims.set(1, bounds.type().dim(0));
    int column = to.temporary(type.withDims(dims), Layout.PLAIN);
    to.emit(new Instruction.Reshape(to.read(bounds, Layout.PLAIN), column));
    return column;
  }
}
