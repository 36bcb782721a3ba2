package dev.crease.runtime.plan;

/// What a group of elements becomes. A group without elements becomes the function's neutral
/// element; the mean of no floating-point elements is NaN, that of no integers 0.
public enum ReduceFunction {
  MAX,
  /// Of integers the quotient towards zero.
  MEAN,
  MIN,
  PROD,
  SUM
}
