package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
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
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Routine;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// ONNX `BatchNormalization` over axis 1: `Y = scale (X - mean) / sqrt(var + epsilon) + B`.
///
/// In training mode mean and (population) variance are those of the batch, and the results
/// `running_mean` and `running_var` are `running * momentum + batch * (1 - momentum)`.
public record BatchNormalization(float epsilon, float momentum, boolean trainingMode)
    implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("BatchNormalization")
          .since(15)
          .attribute("epsilon", 1e-5f)
          .attribute("momentum", 0.9f)
          .attribute("training_mode", 0)
          .input("X", "T", TypeSets.FLOATS)
          .input("scale", "T1", TypeSets.FLOATS)
          .input("B", "T1", TypeSets.FLOATS)
          .input("input_mean", "T2", TypeSets.FLOATS)
          .input("input_var", "T2", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .optionalOutput("running_mean", "T2", TypeSets.FLOATS)
          .optionalOutput("running_var", "T2", TypeSets.FLOATS)
          .build(
              a ->
                  new BatchNormalization(
                      a.real("epsilon"), a.real("momentum"), a.flag("training_mode")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("epsilon", epsilon)
        .with("momentum", momentum)
        .with("training_mode", trainingMode ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() < 2) {
      throw new InvalidOperandException("BatchNormalization needs X of rank 2 or more, got " + x);
    }
    Dim channels = x.dim(1);
    for (int i = 1; i <= 4; i++) {
      TensorType vector = operands.type(i);
      boolean fits = vector.rank() == 1;
      if (fits && channels.isKnown() && vector.dim(0).isKnown()) {
        fits = channels.equals(vector.dim(0));
      }
      if (!fits) {
        throw new InvalidOperandException(
            "BatchNormalization of %s needs %s of shape [%s], got %s"
                .formatted(x, SCHEMA.inputs().get(i).name(), channels, vector));
      }
    }
    TensorType y = x.withDims(counted(x, operands.type(1).dim(0)));
    return trainingMode ? List.of(y, operands.type(3), operands.type(4)) : List.of(y);
  }

  /// The dimensions of `x`, with as many channels as there are parameters.
  private static List<Dim> counted(TensorType x, Dim parameters) {
    List<Dim> dims = new ArrayList<>(x.dims());
    dims.set(1, x.dim(1).isKnown() ? x.dim(1) : parameters);
    return dims;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    if (!trainingMode) {
      return List.of(normalize(inputs, inputs.get(3).data(), inputs.get(4).data()));
    }
    int channels = x.dim(1);
    int pixels = pixels(x);
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    double share = (double) x.dim(0) * pixels;
    for (int i = 0; i < x.data().length; i++) {
      mean[i / pixels % channels] += x.data()[i] / share;
    }
    for (int i = 0; i < x.data().length; i++) {
      double distance = x.data()[i] - mean[i / pixels % channels];
      variance[i / pixels % channels] += distance * distance / share;
    }
    return List.of(
        normalize(inputs, mean, variance),
        running(inputs.get(3), mean),
        running(inputs.get(4), variance));
  }

  private static int pixels(DoubleTensor x) {
    int pixels = 1;
    for (int axis = 2; axis < x.rank(); axis++) {
      pixels *= x.dim(axis);
    }
    return pixels;
  }

  private DoubleTensor normalize(EvaluationInputs inputs, double[] mean, double[] variance) {
    DoubleTensor x = inputs.get(0);
    double[] scale = inputs.get(1).data();
    double[] bias = inputs.get(2).data();
    int pixels = pixels(x);
    double[] y = new double[x.data().length];
    for (int start = 0; start < y.length; start += pixels) {
      int channel = start / pixels % scale.length;
      double deviation = Math.sqrt(variance[channel] + epsilon);
      for (int i = start; i < start + pixels; i++) {
        y[i] = scale[channel] * ((x.data()[i] - mean[channel]) / deviation) + bias[channel];
      }
    }
    return new DoubleTensor(x.type(), x.shape(), y);
  }

  private DoubleTensor running(DoubleTensor before, double[] batch) {
    double[] y = new double[batch.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = before.data()[i] * momentum + batch[i] * (1 - (double) momentum);
    }
    return new DoubleTensor(before.type(), before.shape(), y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType type = node.input(0).type();
    boolean isPicture =
        type.rank() <= 5
            && node.inputs().stream().allMatch(v -> v.type().element() == ElementType.FLOAT32);
    if (trainingMode || !isPicture) {
      node.inputs().forEach(value -> Supported.type(node, value, Supported.REALS));
      List<Double> numbers = List.of((double) epsilon, (double) momentum);
      List<Dim> training = List.of(Dim.of(trainingMode ? 1 : 0));
      Calling.lower(node, to, Routine.BATCH_NORMALIZATION, training, numbers);
      return;
    }
    int slope = slope(node, to);
    int bias = to.readVector(node.input(2));
    int mean = to.readVector(node.input(3));
    int x = to.read(node.input(0), Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    to.emit(new Instruction.Channelwise(x, y, List.of(new PostOp.Normalize(mean, slope, bias))));
  }

  /// The slot of `scale / sqrt(var + epsilon)`.
  private int slope(Node node, Lowering to) {
    Optional<Constant> scale = to.graph().constant(node.input(1));
    Optional<Constant> variance = to.graph().constant(node.input(4));
    if (scale.isEmpty() || variance.isEmpty()) {
      return computedSlope(node, to);
    }
    TensorType vector = TensorType.of(ElementType.FLOAT32, 1, scale.get().elements());
    return to.constant(
        vector,
        Layout.BLOCKED,
        blocked(to.lanes(), () -> slope(scale.get().doubles(), variance.get().doubles())));
  }

  private double[] slope(double[] scale, double[] variance) {
    double[] slope = scale.clone();
    for (int c = 0; c < slope.length; c++) {
      slope[c] /= Math.sqrt(variance[c] + epsilon);
    }
    return slope;
  }

  /// The vector rounded once, with zeros up to a whole number of channel blocks.
  private static Supplier<Object> blocked(int lanes, Supplier<double[]> vector) {
    return () -> {
      double[] values = vector.get();
      float[] rounded = new float[Math.ceilDiv(values.length, lanes) * lanes];
      for (int c = 0; c < values.length; c++) {
        rounded[c] = (float) values[c];
      }
      return rounded;
    };
  }

  /// For parameters that are given at run time: a few instructions on vectors.
  private int computedSlope(Node node, Lowering to) {
    Dim channels = node.input(1).type().dim(0);
    TensorType vector = new TensorType(ElementType.FLOAT32, List.of(Dim.ONE, channels));
    TensorType one = TensorType.of(ElementType.FLOAT32, 1, 1);
    float[] block = new float[to.lanes()];
    block[0] = epsilon;
    int margin = to.constant(one, Layout.BLOCKED, () -> block);
    int sum = to.temporary(vector, Layout.BLOCKED);
    to.emit(binary(BinaryFunction.ADD, to.readVector(node.input(4)), margin, sum));
    int deviation = to.temporary(vector, Layout.BLOCKED);
    to.emit(new Instruction.Unary(sum, deviation, new Activation(UnaryFunction.SQRT, 0, 0)));
    int slope = to.temporary(vector, Layout.BLOCKED);
    to.emit(binary(BinaryFunction.DIV, to.readVector(node.input(1)), deviation, slope));
    return slope;
  }

  private static Instruction binary(BinaryFunction function, int a, int b, int y) {
    return new Instruction.Binary(function, a, b, y, List.of());
  }
}
