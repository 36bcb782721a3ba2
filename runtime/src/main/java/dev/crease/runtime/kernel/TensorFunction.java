package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.util.List;
import java.util.Optional;

/// A function of tensors whose results have sizes that depend on its operands' elements.
public interface TensorFunction extends DataDependent {
  /// All results, in order, whether they are asked for or not.
  ///
  /// @param operands in order; empty, or missing at the end, where left out
  /// @throws InvalidDataException if an element is not one that can be used
  /// @throws IllegalArgumentException if types or shapes do not fit
  List<Tensor> apply(List<Optional<Tensor>> operands);

  @Override
  default List<Tensor> compute(List<Optional<Value>> operands) {
    return apply(operands.stream().map(operand -> operand.map(TensorFunction::tensor)).toList());
  }

  private static Tensor tensor(Value value) {
    if (!(value instanceof Tensor tensor)) {
      throw new InvalidDataException("an operand is " + value + ", not a tensor");
    }
    return tensor;
  }
}
