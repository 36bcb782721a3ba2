package dev.crease.compiler.op.nn;

/// ONNX's `auto_pad`: how padding follows from the picture's size.
public enum AutoPad {
  /// Padding is given by `pads`.
  NOTSET,
  /// As many outputs as `ceil(input / stride)`; an odd padding is larger at the end.
  SAME_UPPER,
  /// As [#SAME_UPPER], but an odd padding is larger at the beginning.
  SAME_LOWER,
  /// No padding.
  VALID
}
