package dev.crease.runtime.kernel;

/// The generator SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014), by the number of the draw: what `java.util.SplittableRandom` gives in that
/// order, so that tasks need not wait for each other.
///
/// @param seed as that of `SplittableRandom`
record SplitMix(long seed) {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long bits(long draw) {
    long z = seed + (draw + 1) * GOLDEN_GAMMA;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /// From 0, included, to 1, excluded.
  double uniform(long draw) {
    return (bits(draw) >>> 11) * 0x1p-53;
  }

  /// Of mean 0 and variance 1, from two draws (Box and Muller, 1958).
  double normal(long number) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * number)));
    return radius * Math.cos(2 * Math.PI * uniform(2 * number + 1));
  }
}
