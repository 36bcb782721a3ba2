package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.List;

/// ONNX `Softmax` and `LogSoftmax` along one axis: `e^x / sum(e^x)`, or its logarithm.
public record Softmax(Function function, long axis) implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// Whether the logarithm is taken.
  public enum Function {
    SOFTMAX("Softmax"),
    LOG_SOFTMAX("LogSoftmax");

    private final OpSchema schema;

    Function(String name) {
      schema =
          OpSchema.named(name)
              .since(13)
              .attribute("axis", -1)
              .input("input", "T", TypeSets.FLOATS)
              .output("output", "T", TypeSets.FLOATS)
              .build(a -> new Softmax(this, a.integer("axis")));
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    Axes.normalize(schema().name(), axis, x.rank());
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int at = Axes.normalize(schema().name(), axis, x.rank());
    int inner = Strides.count(x.shape(), at + 1, x.rank());
    int outer = Strides.count(x.shape(), 0, at);
    double[] y = new double[x.data().length];
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        normalize(x.data(), y, i * x.dim(at) * inner + j, x.dim(at), inner);
      }
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  private void normalize(double[] x, double[] y, int start, int count, int step) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      largest = Math.max(largest, x[start + k * step]);
    }
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += Math.exp(x[start + k * step] - largest);
    }
    for (int k = 0; k < count; k++) {
      double distance = x[start + k * step] - largest;
      y[start + k * step] =
          switch (function) {
            case SOFTMAX -> Math.exp(distance) / sum;
            case LOG_SOFTMAX -> distance - Math.log(sum);
          };
    }
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.REALS);
    int at = Axes.normalize(schema().name(), axis, node.input(0).type().rank());
    int x = to.read(node.input(0), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Softmax(x, y, at, function == Function.LOG_SOFTMAX));
  }
}
