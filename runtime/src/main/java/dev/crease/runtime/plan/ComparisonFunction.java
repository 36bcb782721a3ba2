package dev.crease.runtime.plan;

/// Relations of two numbers. A relation with NaN does not hold.
public enum ComparisonFunction {
  EQUAL,
  LESS,
  LESS_OR_EQUAL,
}
