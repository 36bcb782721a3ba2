package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// The bits of `x` as elements of another type of the same width. Not zero is true.
final class BitCastKernel implements Kernel {
  private static final int SHARE = 1 << 14;

  private final Tensor x;
  private final Tensor y;

  /// Operands `x`; results `y` of its shape.
  BitCastKernel(Arguments arguments) {
    x = arguments.x(0);
    y = arguments.y(0);
    boolean fits =
        x.type().bytes() > 0
            && x.type().bytes() == y.type().bytes()
            && Arrays.equals(x.shape(), y.shape());
    Arguments.require(fits, "%s has not the bits of %s".formatted(x, y));
  }

  @Override
  public int tasks() {
    return Math.ceilDiv(y.elements(), SHARE);
  }

  @Override
  public long operationsPerTask() {
    return 4L * SHARE;
  }

  @Override
  public void run(int begin, int end) {
    for (int i = begin * SHARE; i < Math.min(y.elements(), end * SHARE); i++) {
      long bits = bits(x.array(), x.offset() + i);
      set(y.array(), y.offset() + i, y.type() == ElementType.BOOL && bits != 0 ? 1 : bits);
    }
  }

  private static long bits(Object array, int index) {
    return switch (array) {
      case float[] a -> Float.floatToRawIntBits(a[index]);
      case double[] a -> Double.doubleToRawLongBits(a[index]);
      case long[] a -> a[index];
      case int[] a -> a[index];
      case short[] a -> a[index];
      case byte[] a -> a[index];
      default -> throw new IllegalArgumentException("no bits in " + array.getClass());
    };
  }

  private static void set(Object array, int index, long bits) {
    switch (array) {
      case float[] a -> a[index] = Float.intBitsToFloat((int) bits);
      case double[] a -> a[index] = Double.longBitsToDouble(bits);
      case long[] a -> a[index] = bits;
      case int[] a -> a[index] = (int) bits;
      case short[] a -> a[index] = (short) bits;
      case byte[] a -> a[index] = (byte) bits;
      default -> throw new IllegalArgumentException("no bits in " + array.getClass());
    }
  }
}
