package dev.crease.compiler.op.nn;

/// The random numbers of the 32-bit Mersenne Twister (Matsumoto and Nishimura, 1998), seeded by one
/// number and taken as doubles of 53 bits: what ONNX's reference implementation draws, so that its
/// examples of random operators can be checked.
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int MATRIX = 0x9908b0df;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /// @param seed its low 32 bits count
  MersenneTwister(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /// Uniform in `[0, 1)`.
  double nextDouble() {
    long high = nextInt() >>> 5;
    long low = nextInt() >>> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
  }

  private int nextInt() {
    if (next == SIZE) {
      twist();
    }
    int value = state[next++];
    value ^= value >>> 11;
    value ^= value << 7 & 0x9d2c5680;
    value ^= value << 15 & 0xefc60000;
    return value ^ value >>> 18;
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int joined = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER);
      int mixed = joined >>> 1 ^ ((joined & 1) == 0 ? 0 : MATRIX);
      state[i] = state[(i + SHIFT) % SIZE] ^ mixed;
    }
    next = 0;
  }
}
