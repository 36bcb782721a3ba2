package dev.crease.compiler.op.normalization;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import java.util.List;
import java.util.stream.LongStream;

/// ONNX `MeanVarianceNormalization`: `Y = (X - mean) / (sqrt(variance) + 1e-9)`, the statistics
/// over `axes`.
public record MeanVarianceNormalization(List<Long> axes) implements Defined {
  private static final double MARGIN = 1e-9;

  public static final OpSchema SCHEMA =
      OpSchema.named("MeanVarianceNormalization")
          .since(13)
          .attribute("axes", new Attribute.Ints(List.of(0L, 2L, 3L)))
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new MeanVarianceNormalization(a.integers("axes")));

  public MeanVarianceNormalization {
    axes = List.copyOf(axes);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axes", axes);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    reduced(operands.type(0).rank());
    return List.of(operands.type(0));
  }

  /// No axes are all axes, as reductions have it.
  private List<Integer> reduced(int rank) {
    return Axes.normalize(
        "MeanVarianceNormalization",
        axes.isEmpty() ? LongStream.range(0, rank).boxed().toList() : axes,
        rank);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] shape = x.shape().clone();
    reduced(x.rank()).forEach(axis -> shape[axis] = 1);
    int[] strides = Strides.broadcast(shape, x.shape());
    int[] group = groups(strides, x.shape());
    double[] mean = new double[Strides.count(shape)];
    double[] variance = new double[mean.length];
    double count = (double) group.length / mean.length;
    for (int i = 0; i < group.length; i++) {
      mean[group[i]] += x.data()[i] / count;
    }
    for (int i = 0; i < group.length; i++) {
      variance[group[i]] += Math.pow(x.data()[i] - mean[group[i]], 2) / count;
    }
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    for (int i = 0; i < group.length; i++) {
      double deviation = Math.sqrt(variance[group[i]]);
      y.data()[i] = (x.data()[i] - mean[group[i]]) / (deviation + MARGIN);
    }
    return List.of(y);
  }

  /// Which statistics each element is of.
  private static int[] groups(int[] strides, int[] shape) {
    int[] groups = new int[Strides.count(shape)];
    for (int i = 0; i < groups.length; i++) {
      int rest = i;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        groups[i] += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
    }
    return groups;
  }
}
