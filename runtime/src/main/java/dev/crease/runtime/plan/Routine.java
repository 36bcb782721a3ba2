package dev.crease.runtime.plan;

/// What an [Instruction.Call] computes. Operands, results and parameters are listed in their order;
/// `[...]` marks an operand or result that may be absent.
///
/// A plan file has a routine's name, so a name once given keeps its meaning.
public enum Routine {
  /// `y[i...] = x[i..., indices[i...], ...]`: an index for each element, along one axis.
  ///
  /// Operands `x`, `indices` (int32 or int64, of `x`'s rank), results `y` of the shape of
  /// `indices`, integers: the axis.
  GATHER_ELEMENTS
}
