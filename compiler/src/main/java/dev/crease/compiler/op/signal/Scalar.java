package dev.crease.compiler.op.signal;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Operands;
import java.util.List;
import java.util.Optional;

/// Integers that operands of one element give.
final class Scalar {
  private Scalar() {}

  /// Empty if the operand is left out or not known while compiling.
  static Optional<Dim> of(Operands operands, int index) {
    return operands.has(index)
        ? operands.elements(index).filter(list -> list.size() == 1).map(List::getFirst)
        : Optional.empty();
  }
}
