package dev.crease.runtime.roofline;

/// Loops that the virtual machine may vectorize by itself.
final class PlainLoops implements ProbeLoops {
  private static final int CHAINS = 256;

  @Override
  public float multiplyAdd(int rounds, float factor, float addend) {
    float[] x = new float[CHAINS];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < CHAINS; i++) {
        x[i] = Math.fma(x[i], factor, addend);
      }
    }
    return x[0] + x[CHAINS - 1];
  }

  @Override
  public int operationsPerRound() {
    return 2 * CHAINS;
  }

  @Override
  public int width() {
    return 1;
  }

  /// As integers, whose sums a virtual machine may reorder.
  @Override
  public float read(float[] array, int begin, int end) {
    int sum = 0;
    for (int i = begin; i < end; i++) {
      sum += Float.floatToRawIntBits(array[i]);
    }
    return sum;
  }
}
