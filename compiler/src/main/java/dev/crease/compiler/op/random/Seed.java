package dev.crease.compiler.op.random;

import dev.crease.compiler.ir.Attributes;
import java.util.Optional;
import java.util.SplittableRandom;

/// The seed that an operator names: the bits of its number, or 0.
final class Seed {
  private Seed() {}

  static Optional<Float> of(Attributes attributes) {
    return attributes.has("seed") ? Optional.of(attributes.real("seed")) : Optional.empty();
  }

  static Attributes with(Attributes attributes, Optional<Float> seed) {
    return seed.map(value -> attributes.with("seed", value)).orElse(attributes);
  }

  static long bits(Optional<Float> seed) {
    return seed.map(Float::floatToIntBits).orElse(0);
  }

  /// The draws from 0 to 1, in order.
  static SplittableRandom draws(Optional<Float> seed) {
    return new SplittableRandom(bits(seed));
  }
}
