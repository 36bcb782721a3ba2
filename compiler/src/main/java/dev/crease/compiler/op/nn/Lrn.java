package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `LRN`, local response normalization across channels: `Y = X / (bias + alpha / size *
/// square_sum)^beta`, where `square_sum` is over the channels from `c - floor((size - 1) / 2)` to
/// `c + ceil((size - 1) / 2)` that exist.
public record Lrn(float alpha, float beta, float bias, long size) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("LRN")
          .since(13)
          .attribute("alpha", 0.0001f)
          .attribute("beta", 0.75f)
          .attribute("bias", 1f)
          .attribute("size", Attribute.Kind.INT)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new Lrn(a.real("alpha"), a.real("beta"), a.real("bias"), a.integer("size")));

  public Lrn {
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("size is " + size + ", expected 1 to 2^31 - 1");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("alpha", alpha)
        .with("beta", beta)
        .with("bias", bias)
        .with("size", size);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() < 3) {
      throw new InvalidOperandException("LRN needs X of rank 3 or more, got " + x);
    }
    return List.of(x);
  }

  private long before() {
    return (size - 1) / 2;
  }

  private long after() {
    return size - 1 - before();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int channels = x.dim(1);
    int pixels = x.data().length / Math.max(1, x.dim(0) * channels);
    double[] y = new double[x.data().length];
    for (int i = 0; i < y.length; i++) {
      int channel = i / pixels % channels;
      int first = (int) Math.max(0, channel - before());
      int last = (int) Math.min(channels - 1L, channel + after());
      double sum = 0;
      for (int c = first; c <= last; c++) {
        double value = x.data()[i + (c - channel) * pixels];
        sum += value * value;
      }
      y[i] = x.data()[i] / Math.pow(bias + alpha / (double) size * sum, beta);
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    Supported.type(node, node.input(0), Supported.REALS);
    if (x.element() != ElementType.FLOAT32 || x.rank() > 5) {
      List<Double> numbers = List.of((double) alpha, (double) beta, (double) bias);
      Calling.lower(node, to, Routine.LOCAL_RESPONSE_NORMALIZATION, List.of(Dim.of(size)), numbers);
      return;
    }
    int input = to.read(node.input(0), Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    to.emit(new Instruction.Lrn(input, y, (int) size, alpha, beta, bias));
  }
}
