package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operands of one reference evaluation.
///
/// @param outputs how many results the node asks for
public record EvaluationInputs(List<@Nullable DoubleTensor> tensors, int outputs) {
  public EvaluationInputs {
    tensors = Collections.unmodifiableList(new ArrayList<>(tensors));
  }

  public static EvaluationInputs of(DoubleTensor... tensors) {
    return new EvaluationInputs(List.of(tensors), 1);
  }

  public int count() {
    return tensors.size();
  }

  public boolean has(int index) {
    return index < tensors.size() && tensors.get(index) != null;
  }

  /// @throws IllegalArgumentException if the operand is left out
  public DoubleTensor get(int index) {
    DoubleTensor tensor = index < tensors.size() ? tensors.get(index) : null;
    if (tensor == null) {
      throw new IllegalArgumentException("operand " + index + " is left out");
    }
    return tensor;
  }
}
