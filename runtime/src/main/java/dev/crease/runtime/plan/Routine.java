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
  GATHER_ELEMENTS,

  /// The shape of `x` broadcast with a shape. Operands: that shape; integers: `x`'s dimensions.
  EXPANDED_SHAPE,

  /// What a padded tensor gains before each axis, then its shape. Operands: pads, `[axes]`;
  /// integers: the dimensions.
  PADDED_SHAPE,

  /// The number of elements of a range. Operands: start, limit, delta.
  RANGE_LENGTH,

  /// The shape of a reduced tensor. Operands: axes; integers: whether no axes mean none, whether
  /// reduced dimensions stay as 1, the dimensions.
  REDUCED_SHAPE,

  /// The shape of a resized tensor, then the scale, the begin and the end of the region of interest
  /// of each axis as 64 bits of a double. Operands: `[roi]`, `[scales]`, `[sizes]` as ONNX's Resize
  /// has them; integers: whether sizes bound one scale for all axes from above (1) or below (2), or
  /// are just sizes (0), the rank, the dimensions, the axes that are resized.
  RESIZED_SHAPE,

  /// The shape of a reshaped tensor. Operands: the shape as ONNX's Reshape has it; integers:
  /// whether 0 means 0, the dimensions.
  RESHAPED_SHAPE,

  /// The starts of a slice, then its steps, then its shape, one each for every axis. Operands:
  /// starts, ends, `[axes]`, `[steps]` as ONNX's Slice has them; integers: the dimensions.
  SLICED_SHAPE,

  /// The shape of a tensor with more dimensions of 1. Operands: their axes; integers: the
  /// dimensions.
  UNSQUEEZED_SHAPE
}
