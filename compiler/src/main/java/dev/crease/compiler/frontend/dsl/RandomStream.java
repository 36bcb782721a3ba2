package dev.crease.compiler.frontend.dsl;

import java.nio.charset.StandardCharsets;

/// The random numbers of initializers: a pure function of seed and index, the same bits on every
/// machine.
///
/// Number `i` of a stream is SplitMix64's output number `i` (Steele, Lea, Flood: Fast splittable
/// pseudorandom number generators, 2014) for the seed, its upper 53 bits as a number strictly
/// between 0 and 1. Normal numbers come from pairs of these by Box and Muller's formula in
/// [StrictMath].
final class RandomStream {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;

  RandomStream(long seed) {
    this.seed = seed;
  }

  /// The stream for `seed = auto`: FNV-1a of model and value name.
  static RandomStream of(String modelName, String valueName) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : (modelName + "/" + valueName).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ Byte.toUnsignedLong(b)) * 0x100000001B3L;
    }
    return new RandomStream(hash);
  }

  /// SplitMix64's output number `index`.
  long bits(long index) {
    long z = seed + (index + 1) * GOLDEN;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /// `(floor(bits / 2^11) + 1/2) / 2^53`
  double uniform(long index) {
    return ((bits(index) >>> 11) + 0.5) * 0x1p-53;
  }

  /// Mean 0, standard deviation 1: with `r = sqrt(-2 ln u(2k))` and `t = 2 pi u(2k + 1)`, number
  /// `2k` is `r cos t` and number `2k + 1` is `r sin t`.
  double normal(long index) {
    long even = index & ~1L;
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(even)));
    double angle = 2 * StrictMath.PI * uniform(even + 1);
    return radius * (index == even ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }
}
