package dev.crease.compiler.pass;

/// Which folds are made where they are a matter of taste.
///
/// @param exact whether results may differ only by the rounding of stored weights, and sums are
///   rounded product by product
/// @param cloneLimit how many multiplications an element of its result may take for a linear
///   operator that is read elsewhere to be computed a second time, scaled and shifted; 0 for never
public record FoldOptions(boolean exact, double cloneLimit) {
  public FoldOptions {
    if (!(cloneLimit >= 0)) {
      throw new IllegalArgumentException(
          "the limit of multiplications is " + cloneLimit + ", expected at least 0");
    }
  }

  /// Weights too small for the hardware are taken for 0, nothing is computed twice.
  public static FoldOptions defaults() {
    return new FoldOptions(false, 0);
  }
}
