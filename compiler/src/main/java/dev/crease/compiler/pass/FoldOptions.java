package dev.crease.compiler.pass;

import java.util.Optional;

/// Which folds are made where they are a matter of taste.
///
/// @param exact whether results may differ only by the rounding of stored weights, and sums are
///   rounded product by product
/// @param cloneLimit how many multiplications an element of its result may take for a linear
///   operator that is read elsewhere to be computed a second time, scaled and shifted; 0 for never
/// @param times what decides how convolutions are computed, instead of a model of their cost
public record FoldOptions(boolean exact, double cloneLimit, Optional<ConvolutionTimes> times) {
  public FoldOptions {
    if (!(cloneLimit >= 0)) {
      throw new IllegalArgumentException(
          "the limit of multiplications is " + cloneLimit + ", expected at least 0");
    }
  }

  /// Convolutions are computed as a model of their cost says.
  public FoldOptions(boolean exact, double cloneLimit) {
    this(exact, cloneLimit, Optional.empty());
  }

  /// Weights too small for the hardware are taken for 0, nothing is computed twice.
  public static FoldOptions defaults() {
    return new FoldOptions(false, 0);
  }
}
