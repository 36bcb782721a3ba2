package dev.crease.compiler.op.attention;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import dev.crease.runtime.ElementType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `CausalConvWithState`: each channel convolved along the sequence by its own kernel of `k`
/// taps, the last of which is on the element itself. What comes before is the past state, or zeros;
/// the present state is the last `k - 1` elements for the next call.
public record CausalConvWithState(String activation) implements Defined {
  private static final List<String> ACTIVATIONS = List.of("none", "silu", "swish");

  private static final Set<ElementType> TYPES =
      EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);

  public static final OpSchema SCHEMA =
      OpSchema.named("CausalConvWithState")
          .since(27)
          .attribute("activation", "none")
          .input("input", "T", TYPES)
          .input("weight", "T", TYPES)
          .optionalInput("bias", "T", TYPES)
          .optionalInput("past_state", "T", TYPES)
          .output("output", "T", TYPES)
          .output("present_state", "T", TYPES)
          .build(a -> new CausalConvWithState(a.text("activation")));

  public CausalConvWithState {
    if (!ACTIVATIONS.contains(activation)) {
      throw new IllegalArgumentException(
          "activation is %s, expected one of %s".formatted(activation, ACTIVATIONS));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("activation", activation);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType weight = operands.type(1);
    if (x.rank() != 3 || weight.rank() != 3) {
      throw new InvalidOperandException(
          "CausalConvWithState needs operands of rank 3, got %s and %s".formatted(x, weight));
    }
    Dim taps = weight.dim(2);
    TensorType state = x.withDims(List.of(x.dim(0), x.dim(1), taps.minus(Dim.ONE)));
    if (operands.has(3) && !operands.type(3).agreesWith(state)) {
      throw new InvalidOperandException(
          "the past state of CausalConvWithState is %s, expected %s"
              .formatted(operands.type(3), state));
    }
    return List.of(x, state);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    DoubleTensor weight = inputs.get(1);
    int taps = weight.dim(2);
    int length = x.dim(2);
    int before = taps - 1;
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    DoubleTensor present = DoubleTensor.zeros(x.type(), x.dim(0), x.dim(1), before);
    double[] known = new double[before + length];
    for (int row = 0; row < x.dim(0) * x.dim(1); row++) {
      int channel = row % x.dim(1);
      if (inputs.has(3)) {
        System.arraycopy(inputs.get(3).data(), row * before, known, 0, before);
      }
      System.arraycopy(x.data(), row * length, known, before, length);
      for (int i = 0; i < length; i++) {
        double sum = inputs.has(2) ? inputs.get(2).data()[channel] : 0;
        for (int tap = 0; tap < taps; tap++) {
          sum += weight.data()[channel * taps + tap] * known[i + tap];
        }
        y.data()[row * length + i] = activation.equals("none") ? sum : sum / (1 + Math.exp(-sum));
      }
      System.arraycopy(known, length, present.data(), row * before, before);
    }
    return List.of(y, present);
  }
}
