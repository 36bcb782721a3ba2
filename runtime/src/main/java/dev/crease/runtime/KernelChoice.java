package dev.crease.runtime;

/// Which kernels a session runs.
public enum KernelChoice {
  /// Vector kernels where the machine and the module path allow, else scalar ones.
  AUTO,
  /// The plain loops that specify what every kernel computes.
  SCALAR,
  /// Vector kernels; opening a session fails where there are none.
  VECTOR
}
