package dev.crease.runtime.kernel;

/// Microkernels whose sums leave out most of their products: they run through the same loops, for
/// the virtual machine to compile them, in a small part of the time. Their results mean nothing.
///
/// Not for several threads.
public interface BriefMicrokernels extends Microkernels {
  /// Vectors that were multiplied so far in convolutions and matrix products.
  long products();
}
