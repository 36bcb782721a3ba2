package dev.crease.runtime.kernel;

/// The random numbers of the 32-bit Mersenne Twister (Matsumoto and Nishimura, 1998), seeded by one
/// number and taken as doubles of 53 bits.
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int MATRIX = 0x9908b0df;
  private static final int LOWER = 0x7fffffff;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /// @param seed its low 32 bits count
  MersenneTwister(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < SIZE; i++) {
      int before = state[i - 1];
      state[i] = 1812433253 * (before ^ (before >>> 30)) + i;
    }
  }

  /// Uniform in `[0, 1)`.
  double nextDouble() {
    int high = nextBits() >>> 5;
    int low = nextBits() >>> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
  }

  private int nextBits() {
    if (next == SIZE) {
      for (int i = 0; i < SIZE; i++) {
        int joined = (state[i] & ~LOWER) | (state[(i + 1) % SIZE] & LOWER);
        int odd = -(joined & 1) & MATRIX;
        state[i] = state[(i + SHIFT) % SIZE] ^ (joined >>> 1) ^ odd;
      }
      next = 0;
    }
    int bits = state[next++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }
}
