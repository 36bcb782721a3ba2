package dev.crease.runtime.plan;

/// What an [Instruction.Produce] computes: results whose sizes depend on data.
///
/// A plan file has its name, so a name once given keeps its meaning.
public enum Production {
  /// The indexes of the elements that are not zero, one row for each axis, in row-major order.
  ///
  /// Operands `x`, results `y` int64 `(rank, count)`.
  NON_ZERO
}
