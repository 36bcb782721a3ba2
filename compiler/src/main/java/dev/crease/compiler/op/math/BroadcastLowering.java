package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.List;

/// Chooses the layout of an element-by-element operator of several operands: BLOCKED if one operand
/// already is and all others can be had so cheaply, else PLAIN.
final class BroadcastLowering {
  private static final TensorType SCALAR = TensorType.of(ElementType.FLOAT32);

  private final TensorType result;
  private final Lowering to;
  private final Layout layout;

  BroadcastLowering(TensorType result, List<Value> operands, Lowering to) {
    this.result = result;
    this.to = to;
    boolean anyBlocked = operands.stream().anyMatch(value -> to.layoutOf(value) == Layout.BLOCKED);
    boolean fits = anyBlocked && operands.stream().allMatch(this::canBeBlocked);
    this.layout = fits ? Layout.BLOCKED : Layout.PLAIN;
  }

  Layout layout() {
    return layout;
  }

  private boolean canBeBlocked(Value value) {
    boolean ranks = result.rank() >= 3 && result.rank() <= 5;
    boolean types = value.type().element() == ElementType.FLOAT32;
    return ranks
        && types
        && (value.type().rank() == result.rank() || isChannelVector(value) || isScalar(value));
  }

  /// `(C, 1...)`: one dimension less than the result, the channel's first.
  private boolean isChannelVector(Value value) {
    List<Dim> dims = value.type().dims();
    return dims.size() == result.rank() - 1
        && dims.getFirst().equals(result.dim(1))
        && dims.stream().skip(1).allMatch(dim -> dim.is(1));
  }

  private boolean isScalar(Value value) {
    return value.type().elements().is(1) && to.graph().constant(value).isPresent();
  }

  int read(Value value) {
    if (layout == Layout.PLAIN || value.type().rank() == result.rank()) {
      return to.read(value, layout);
    }
    if (isChannelVector(value)) {
      return to.readVector(value);
    }
    return scalar((float) to.graph().constant(value).orElseThrow().doubles()[0]);
  }

  /// The slot of one number of the result's type, float32 or float64, that broadcasts in the chosen
  /// layout.
  int scalar(float value) {
    if (result.element() == ElementType.FLOAT64) {
      TensorType type = TensorType.of(ElementType.FLOAT64);
      return to.constant(type, Layout.PLAIN, () -> new double[] {value});
    }
    boolean plain = layout == Layout.PLAIN;
    float[] elements = new float[plain ? 1 : to.lanes()];
    elements[0] = value;
    TensorType type = plain ? SCALAR : TensorType.of(ElementType.FLOAT32, 1, 1);
    return to.constant(type, layout, () -> elements);
  }

  /// Emits `y = activation(function(a, b))` into the result's value.
  void emit(BinaryFunction function, int a, int b, Value y, Activation activation) {
    to.emit(new Instruction.Binary(function, a, b, to.write(y, layout), activation.postOps()));
  }
}
