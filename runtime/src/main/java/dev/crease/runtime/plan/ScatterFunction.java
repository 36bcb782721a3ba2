package dev.crease.runtime.plan;

/// What becomes of an element that an update meets.
public enum ScatterFunction {
  /// The update; the last one, if several meet it.
  ASSIGN,
  ADD,
  MUL,
  MAX,
  MIN
}
