package dev.crease.compiler.pass.fold;

import dev.crease.runtime.ElementType;

/// How large a number may be beside the result that is left when it is taken off another one as
/// large. Both were rounded when they were stored, each by up to the unit roundoff `u` of its type,
/// so the result may be off by `2 u` of that number, which must be no more than a share of the
/// result's size.
///
/// In float32 and float64 that is the share which verification allows. In half precision that would
/// be the rounding of the result itself, and keep apart what only is about as large as the result.
/// There half of the digits must be left, a share of the square root of `u`: what stands unfolded
/// would not be much better, since the operator's own result is stored, thus rounded, as well.
final class Cancellation {
  private static final double ALLOWED = 2e-5;

  /// What holds where the bound does.
  static final String FACT = "%s does not exceed the cancellation bound of %s";

  private Cancellation() {}

  /// The largest factor; infinite for what is not rounded.
  static double most(ElementType element) {
    return switch (element) {
      case FLOAT64 -> ALLOWED / (2 * 0x1p-53);
      case FLOAT32 -> ALLOWED / (2 * 0x1p-24);
      case FLOAT16 -> Math.sqrt(0x1p-11) / (2 * 0x1p-11);
      case BFLOAT16 -> Math.sqrt(0x1p-8) / (2 * 0x1p-8);
      default -> Double.POSITIVE_INFINITY;
    };
  }
}
