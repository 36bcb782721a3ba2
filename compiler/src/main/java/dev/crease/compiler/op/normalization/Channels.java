package dev.crease.compiler.op.normalization;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Strides;

/// Normalization of groups of channels by their own statistics: operands `X` of shape `[N, C,
/// ...]`, and a scale and a bias for each channel.
final class Channels {
  private Channels() {}

  /// @throws InvalidOperandException if the operands do not have these shapes
  static void check(OpSchema schema, Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() < 2) {
      throw new InvalidOperandException(schema.name() + " needs X of rank 2 or more, got " + x);
    }
    Dim channels = x.dim(1);
    for (int i = 1; i <= 2; i++) {
      TensorType vector = operands.type(i);
      boolean fits = vector.rank() == 1;
      if (fits && channels.isKnown() && vector.dim(0).isKnown()) {
        fits = channels.equals(vector.dim(0));
      }
      if (!fits) {
        throw new InvalidOperandException(
            "%s of %s needs %s of shape [%s], got %s"
                .formatted(schema.name(), x, schema.inputs().get(i).name(), channels, vector));
      }
    }
  }

  /// The reference.
  static DoubleTensor normalize(EvaluationInputs inputs, int groups, double epsilon) {
    DoubleTensor x = inputs.get(0);
    int channels = x.dim(1);
    int pixels = Strides.count(x.shape(), 2, x.rank());
    int count = channels / groups * pixels;
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    for (int start = 0; start < y.data().length; start += count) {
      double sum = 0;
      for (int i = start; i < start + count; i++) {
        sum += x.data()[i];
      }
      double mean = sum / count;
      double squares = 0;
      for (int i = start; i < start + count; i++) {
        squares += (x.data()[i] - mean) * (x.data()[i] - mean);
      }
      double deviation = Math.sqrt(squares / count + epsilon);
      for (int i = start; i < start + count; i++) {
        int channel = i / pixels % channels;
        y.data()[i] =
            inputs.get(1).data()[channel] * ((x.data()[i] - mean) / deviation)
                + inputs.get(2).data()[channel];
      }
    }
    return y;
  }
}
