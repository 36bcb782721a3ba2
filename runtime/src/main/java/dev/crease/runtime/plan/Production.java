package dev.crease.runtime.plan;

/// What an [Instruction.Produce] computes: results whose sizes depend on data, or that are no
/// tensors.
///
/// A plan file has its name, so a name once given keeps its meaning. A position is one int32 or
/// int64, negative from the end.
public enum Production {
  /// A sequence of the operands, tensors of one type.
  ///
  /// Operands `x...`, results `y`.
  CONSTRUCT_SEQUENCE,

  /// The picture in a file's bytes, uint8 `(height, width, channels)`.
  ///
  /// Operands `x` uint8 `(N)`, results `y`; integers: 0 for red, green and blue, 1 for blue, green
  /// and red, 2 for one channel of grey.
  DECODE_PICTURE,

  /// A sequence of no tensors.
  ///
  /// Operands `like`, a tensor of the same type, whatever is in it; results `y`.
  EMPTY_SEQUENCE,

  /// The sequence without the tensor at a position, by default the last.
  ///
  /// Operands `sequence`, `position` or absent; results `y`.
  ERASE_FROM_SEQUENCE,

  /// The operand, which is not nothing.
  ///
  /// Operands `x`, results `y`.
  GET_ELEMENT,

  /// Whether the operand is there and is not nothing.
  ///
  /// Operands `x` or absent, results `y`, bool of rank 0.
  HAS_ELEMENT,

  /// The operand as it is, or nothing where it is absent.
  ///
  /// Operands `x` or absent, results `y`.
  HOLD,

  /// The sequence with one more tensor at a position between the others, by default the end.
  ///
  /// Operands `sequence`, `tensor`, `position` or absent; results `y`.
  INSERT_INTO_SEQUENCE,

  /// The tensors of a sequence one after the other along an axis, or side by side along a new one.
  ///
  /// Operands `sequence`, results `y`; integers `axis` of the result, negative from the end, and
  /// whether it is new.
  JOIN_SEQUENCE,

  /// How many tensors there are.
  ///
  /// Operands `sequence`, results `y`, int64 of rank 0.
  LENGTH_OF_SEQUENCE,

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
  UNIQUE,

  /// A tensor cut along an axis. One number as `split` is the length of all parts but the last,
  /// which may be shorter; a vector is the length of each; without it they are 1 long.
  ///
  /// Operands `x`, `split` int32 or int64, or absent; results `y`; integers `axis`, and whether the
  /// parts keep it.
  SPLIT_TO_SEQUENCE,

  /// The tensor at a position.
  ///
  /// Operands `sequence`, `position`; results `y`.
  TAKE_FROM_SEQUENCE;

  /// How many integers a function of sequences has.
  int integersOfLists() {
    return this == JOIN_SEQUENCE || this == SPLIT_TO_SEQUENCE ? 2 : 0;
  }

  /// Whether operands and results may be something else than tensors.
  boolean isOfLists() {
    return switch (this) {
      case CONSTRUCT_SEQUENCE,
          EMPTY_SEQUENCE,
          ERASE_FROM_SEQUENCE,
          GET_ELEMENT,
          HAS_ELEMENT,
          HOLD,
          INSERT_INTO_SEQUENCE,
          JOIN_SEQUENCE,
          LENGTH_OF_SEQUENCE,
          SPLIT_TO_SEQUENCE,
          TAKE_FROM_SEQUENCE ->
          true;
      case COMPRESS, DECODE_PICTURE, NON_MAX_SUPPRESSION, NON_ZERO, UNIQUE -> false;
    };
  }
}
