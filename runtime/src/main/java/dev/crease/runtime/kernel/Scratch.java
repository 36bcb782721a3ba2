package dev.crease.runtime.kernel;

/// Working memory that the kernels of a session share: as many arrays as threads were ever in such
/// a kernel at once, each as long as the most that one of them asks for. Once they are there,
/// nothing is allocated.
public final class Scratch {
  /// Those that nobody works in are the first `count`.
  private final float[][] free;

  private int count;
  private int length;

  /// @param threads how many may be in kernels at once
  public Scratch(int threads) {
    free = new float[threads][];
  }

  /// Says that a kernel will need `elements`, before it runs.
  void reserve(int elements) {
    synchronized (free) {
      if (elements > length) {
        length = elements;
        count = 0;
      }
    }
    give(take());
  }

  /// Bytes of all arrays, once every thread has needed one.
  public long bytes() {
    synchronized (free) {
      return (long) free.length * length * Float.BYTES;
    }
  }

  /// An array of at least as many elements as were ever reserved, with any content.
  float[] take() {
    int elements;
    synchronized (free) {
      if (count > 0) {
        return free[--count];
      }
      elements = length;
    }
    return new float[elements];
  }

  void give(float[] array) {
    synchronized (free) {
      if (array.length >= length && count < free.length) {
        free[count++] = array;
      }
    }
  }
}
