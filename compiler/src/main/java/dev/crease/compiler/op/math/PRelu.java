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
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `PRelu`: `Y = X < 0 ? slope X : X`, where `slope` broadcasts to `X`. Integers wrap around.
public record PRelu() implements Primitive {
  private static final Set<ElementType> TYPES = types();

  public static final OpSchema SCHEMA =
      OpSchema.named("PRelu")
          .since(16)
          .input("X", "T", TYPES)
          .input("slope", "T", TYPES)
          .output("Y", "T", TYPES)
          .build(_ -> new PRelu());

  private static Set<ElementType> types() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.FLOATS);
    types.addAll(
        Set.of(ElementType.INT32, ElementType.INT64, ElementType.UINT32, ElementType.UINT64));
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
    TensorType x = operands.type(0);
    TensorType slope = operands.type(1);
    TensorType both = x.withDims(Broadcast.dims("PRelu", x.dims(), slope.dims()));
    boolean wider = both.rank() != x.rank();
    for (int axis = 0; axis < x.rank() && !wider; axis++) {
      wider =
          both.dim(axis).isKnown() && x.dim(axis).isKnown() && !both.dim(axis).equals(x.dim(axis));
    }
    if (wider) {
      throw new InvalidOperandException(
          "slope of PRelu should broadcast to X, but X is %s and slope %s".formatted(x, slope));
    }
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] slope = Broadcast.expand(inputs.get(1), x.shape());
    double[] y = new double[slope.length];
    for (int i = 0; i < y.length; i++) {
      double value = x.data()[i];
      if (value >= 0 || Double.isNaN(value)) {
        y[i] = value;
      } else if (x.type().isInteger()) {
        y[i] = Elements.toDouble(x.type(), (long) slope[i] * (long) value);
      } else {
        y[i] = slope[i] * value;
      }
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    var choice = new BroadcastLowering(node.output().type(), node.inputs(), to);
    int x = choice.read(node.input(0));
    int slope = choice.read(node.input(1));
    choice.emit(BinaryFunction.PRELU, x, slope, node.output(), Activation.NONE);
  }
}
