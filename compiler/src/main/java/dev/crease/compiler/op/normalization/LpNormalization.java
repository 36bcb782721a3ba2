package dev.crease.compiler.op.normalization;

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

/// ONNX `LpNormalization`: `output = input / |input|_p` along one axis, and 0 where all is 0.
///
/// @param p 1 or 2
public record LpNormalization(long axis, long p) implements Defined {
  public static final OpSchema SCHEMA =
      OpSchema.named("LpNormalization")
          .since(22)
          .attribute("axis", -1)
          .attribute("p", 2)
          .input("input", "T", TypeSets.FLOATS)
          .output("output", "T", TypeSets.FLOATS)
          .build(a -> new LpNormalization(a.integer("axis"), a.integer("p")));

  public LpNormalization {
    if (p != 1 && p != 2) {
      throw new IllegalArgumentException("p is " + p + ", expected 1 or 2");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis).with("p", p);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Axes.normalize("LpNormalization", axis, operands.type(0).rank());
    return List.of(operands.type(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int along = Axes.normalize("LpNormalization", axis, x.rank());
    int step = Strides.count(x.shape(), along + 1, x.rank());
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    for (int i = 0; i < y.data().length; i++) {
      int first = i - i / step % x.dim(along) * step;
      double sum = 0;
      for (int j = 0; j < x.dim(along); j++) {
        sum += Math.pow(Math.abs(x.data()[first + j * step]), p);
      }
      double norm = Math.pow(sum, 1.0 / p);
      y.data()[i] = norm == 0 ? 0 : x.data()[i] / norm;
    }
    return List.of(y);
  }
}
