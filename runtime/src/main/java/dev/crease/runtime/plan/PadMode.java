package dev.crease.runtime.plan;

/// What stands in the places that padding adds.
public enum PadMode {
  /// One given element.
  CONSTANT,
  /// The nearest element.
  EDGE,
  /// The elements mirrored at the first and the last, which are not repeated.
  REFLECT,
  /// The elements from the other end.
  WRAP,
}
