package dev.crease.runtime.kernel;

/// A kernel that reads an array it is given before each run, such as one of the caller's.
public interface FedKernel extends Kernel {
  /// @param array of the kind and length of the operand that the kernel was made for
  void feed(Object array);
}
