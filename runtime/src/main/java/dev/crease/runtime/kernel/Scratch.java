package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Nullable;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Working memory that the kernels of a session share: as many arrays as threads were ever in such
/// a kernel at once, each as long as the most that one of them asks for. Once they are there,
/// nothing is allocated.
public final class Scratch {
  private static final int MOST = 1 << 10;

  private final int threads;
  private final AtomicReferenceArray<float @Nullable []> free = new AtomicReferenceArray<>(MOST);
  private volatile int length;

  /// @param threads how many may be in kernels at once
  public Scratch(int threads) {
    this.threads = threads;
  }

  /// Says that a kernel will need `elements`, before it runs.
  void reserve(int elements) {
    if (elements > length) {
      length = elements;
      give(take());
    }
  }

  /// Bytes of all arrays, once every thread has needed one.
  public long bytes() {
    return (long) threads * length * Float.BYTES;
  }

  /// An array of at least as many elements as were ever reserved, with any content.
  float[] take() {
    for (int i = 0; i < MOST; i++) {
      float[] array = free.get(i);
      if (array == null) {
        break;
      }
      if (free.compareAndSet(i, array, null) && array.length >= length) {
        return array;
      }
    }
    return new float[length];
  }

  void give(float[] array) {
    for (int i = 0; i < MOST; i++) {
      if (free.get(i) == null && free.compareAndSet(i, null, array)) {
        return;
      }
    }
  }
}
