package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Operands;

/// Positions in sequences: one integer, negative from the end.
final class Positions {
  private Positions() {}

  /// @throws InvalidOperandException if the operand cannot be one integer
  static void check(String operator, Operands operands, int index) {
    if (operands.has(index)) {
      Dim elements = operands.type(index).elements();
      if (elements.isKnown() && !elements.is(1)) {
        throw new InvalidOperandException(
            "the position of %s is one integer, got %s".formatted(operator, operands.type(index)));
      }
    }
  }

  /// @param count how many tensors the sequence has
  /// @param last the largest position, which is taken where none is given
  /// @throws InvalidOperandException if it is out of range
  static int of(String operator, EvaluationInputs inputs, int index, int count, int last) {
    long given = inputs.has(index) ? (long) inputs.get(index).data()[0] : last;
    long position = given < 0 ? count + given : given;
    if (position < 0 || position > last) {
      throw new InvalidOperandException(
          "the position of %s is %d, in a sequence of %d tensors"
              .formatted(operator, given, count));
    }
    return (int) position;
  }
}
