package dev.crease.runtime.kernel;

/// Microkernels whose sums leave out most of their products: they run through the same loops, for
/// the virtual machine to compile them, in a small part of the time. Their results mean nothing.
///
/// They are the same class as those of runs: where loops are called, the virtual machine so sees no
/// more than vectors and what stands in for them, and calls of two kinds it still puts in place.
///
/// Not for several threads.
public final class BriefMicrokernels {
  private final Microkernels microkernels;
  private final Brevity brevity;

  BriefMicrokernels(Microkernels microkernels, Brevity brevity) {
    this.microkernels = microkernels;
    this.brevity = brevity;
  }

  public Microkernels microkernels() {
    return microkernels;
  }

  /// Vectors that were multiplied so far in convolutions and matrix products.
  public long products() {
    return brevity.products();
  }
}
