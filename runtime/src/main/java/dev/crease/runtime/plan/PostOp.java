package dev.crease.runtime.plan;

import java.util.List;

/// What is done to each element of a BLOCKED result before it is stored: a function of the element
/// alone, or with vectors that hold a number for each channel. Vectors are slots, BLOCKED `(1, C)`.
public sealed interface PostOp permits Activation, PostOp.Normalize, PostOp.Clamp {
  /// `(x - mean) slope + bias`, the last two in one rounding. The mean is taken off first: where it
  /// is large beside the deviation, `slope x` and `slope mean` would cancel after they were
  /// rounded.
  record Normalize(int mean, int slope, int bias) implements PostOp {}

  /// `min(max(x, lower), upper)`; NaN stays NaN.
  record Clamp(int lower, int upper) implements PostOp {}

  /// The slots of all vectors.
  static List<Integer> vectors(List<PostOp> postOps) {
    return postOps.stream().flatMap(postOp -> postOp.vectors().stream()).toList();
  }

  /// The slots of its vectors.
  default List<Integer> vectors() {
    return switch (this) {
      case Activation _ -> List.of();
      case Normalize(int mean, int slope, int bias) -> List.of(mean, slope, bias);
      case Clamp(int lower, int upper) -> List.of(lower, upper);
    };
  }
}
