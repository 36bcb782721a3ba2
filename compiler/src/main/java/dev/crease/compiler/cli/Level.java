package dev.crease.compiler.cli;

/// What computes the result.
enum Level {
  /// The reference semantics in double, on the graph as it was read.
  INTERPRETER,
  /// The compiled plan on scalar kernels.
  SCALAR,
  /// The compiled plan on vector kernels.
  VECTOR
}
