package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The type of what is taken out of a sequence or an optional.
final class Taken {
  private Taken() {}

  /// Of as many dimensions as the model declares, or else as `known` has; sizes that are not known
  /// depend on data.
  ///
  /// @throws UnsupportedNodeException if neither tells how many there are
  static TensorType type(
      String operator, ElementType element, Operands operands, Optional<List<OptionalLong>> known) {
    Optional<Integer> declared =
        operands.declared(0).filter(TensorType::isTensor).map(TensorType::rank);
    int rank =
        declared
            .or(() -> known.map(List::size))
            .orElseThrow(
                () ->
                    new UnsupportedNodeException(
                        ("the rank of the result of %s is not declared, and what is in the operand"
                                + " does not tell it; declare the result's type")
                            .formatted(operator)));
    Optional<List<OptionalLong>> sizes = known.filter(list -> list.size() == rank);
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      OptionalLong size = sizes.isPresent() ? sizes.get().get(axis) : OptionalLong.empty();
      dims.add(size.isPresent() ? Dim.of(size.getAsLong()) : operands.freshSymbol());
    }
    return new TensorType(element, dims);
  }

  /// The sizes that the tensors of an operand share.
  static Optional<List<OptionalLong>> sizes(Operands operands, int index) {
    return operands.items(index) instanceof Items.Shaped(var sizes)
        ? Optional.of(sizes)
        : Optional.empty();
  }
}
