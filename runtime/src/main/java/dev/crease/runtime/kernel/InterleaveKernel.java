package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;
import java.util.List;
import java.util.Optional;

/// `y[strides q + r] = x[r][q]` over the pictures of blocked tensors: operand `r` is the one for
/// the remainders `r`, counted in row-major order over depth, height and width. Where there is none
/// stands one vector in all pixels.
///
/// A task is one row of one block of `y`.
public final class InterleaveKernel extends RowKernel {
  private final List<Optional<Blocked>> x;
  private final float[] fill;
  private final int fillOffset;
  private final Blocked y;
  private final int[] strides;

  /// @param fill one element per channel padded to whole blocks, or null for zeros
  /// @throws IllegalArgumentException if an operand has another batch or number of channels, or
  ///   does not fill its places
  public InterleaveKernel(
      List<Optional<Blocked>> x,
      float @Nullable [] fill,
      int fillOffset,
      Blocked y,
      int[] strides) {
    super(y);
    this.x = List.copyOf(x);
    this.fill = fill != null ? fill : new float[Packing.vectorSize(y.channels(), y.lanes())];
    this.fillOffset = fill != null ? fillOffset : 0;
    this.y = y;
    this.strides = strides.clone();
    for (int i = 0; i < x.size(); i++) {
      if (x.get(i).isEmpty()) {
        continue;
      }
      Blocked part = x.get(i).get();
      boolean fits =
          part.batch() == y.batch()
              && part.channels() == y.channels()
              && part.depth() == places(y.depth(), i / (strides[1] * strides[2]), strides[0])
              && part.height() == places(y.height(), i / strides[2] % strides[1], strides[1])
              && part.width() == places(y.width(), i % strides[2], strides[2]);
      if (!fits) {
        throw new IllegalArgumentException("operand " + i + " does not fill its places");
      }
    }
  }

  private static int places(int size, int remainder, int stride) {
    return Math.max(0, Math.ceilDiv(size - remainder, stride));
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int first = (plane % strides[0] * strides[1] + row % strides[1]) * strides[2];
    for (int r = 0; r < strides[2]; r++) {
      int out = y.row(image, block, plane, row) + r * y.lanes();
      Optional<Blocked> part = x.get(first + r);
      if (part.isPresent()) {
        int in = part.get().row(image, block, plane / strides[0], row / strides[1]);
        spread(part.get().array(), in, y.lanes(), out, part.get().width());
      } else {
        int pixels = places(y.width(), r, strides[2]);
        spread(fill, fillOffset + block * y.lanes(), 0, out, pixels);
      }
    }
  }

  private void spread(float[] from, int in, int step, int out, int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      int to = out + pixel * strides[2] * y.lanes();
      System.arraycopy(from, in + pixel * step, y.array(), to, y.lanes());
    }
  }
}
