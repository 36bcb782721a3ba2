package dev.crease.runtime.plan;

/// What an [Instruction.Produce] computes: results whose sizes depend on data.
///
/// A plan file has its name, so a name once given keeps its meaning.
public enum Production {
  /// The indexes of the elements that are not zero, one row for each axis, in row-major order.
  ///
  /// Operands `x`, results `y` int64 `(rank, count)`.
  NON_ZERO,

  /// The entries along an axis, or the elements, for which a condition holds.
  ///
  /// Operands `x`, `condition`; integers: whether there is an axis, and which.
  COMPRESS,

  /// Boxes chosen by score that do not overlap others too much, as ONNX's NonMaxSuppression has it.
  ///
  /// Operands boxes, scores, `[limits...]`; integers: whether boxes are given by their centres.
  NON_MAX_SUPPRESSION,

  /// Distinct elements or entries along an axis, as ONNX's Unique has it.
  ///
  /// Operands `x`, results `y`, `[indices]`, `[inverse]`, `[counts]`; integers: whether there is an
  /// axis, and which, whether `y` is sorted.
  UNIQUE
}
