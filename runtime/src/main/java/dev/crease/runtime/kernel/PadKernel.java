package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.PadMode;

/// `y[i] = x[i - begins]` for plain tensors of any storage: outside of `x` an element that the mode
/// names.
///
/// A task is one row of `y` along its last dimension.
public final class PadKernel implements Kernel {
  private static final int OUTSIDE = -1;
  private static final int CHANNELS = 1;

  private final Strided x;
  private final Strided y;
  private final Object value;
  private final int valueOffset;
  private final int valueStep;
  private final int[][] sources;
  private final int inner;
  private final int insideBegin;
  private final int insideEnd;

  /// Padding by an element of `value`, which begins at `valueOffset`: the first, or that of the
  /// place along axis 1, the channel.
  ///
  /// @param begins how far `x` begins in `y`, by axis; negative if its begin is cut off
  public PadKernel(
      Strided x, int[] begins, Object value, int valueOffset, boolean byChannel, Strided y) {
    this(PadMode.CONSTANT, x, begins, value, valueOffset, byChannel ? 1 : 0, y);
  }

  /// Padding by elements of `x`.
  ///
  /// @throws IllegalArgumentException if `x` has none to pad with, or too few to mirror
  public PadKernel(PadMode mode, Strided x, int[] begins, Strided y) {
    this(mode, x, begins, x.array(), 0, 0, y);
  }

  private PadKernel(
      PadMode mode,
      Strided x,
      int[] begins,
      Object value,
      int valueOffset,
      int valueStep,
      Strided y) {
    this.x = x;
    this.y = y;
    this.value = value;
    this.valueOffset = valueOffset;
    this.valueStep = valueStep;
    sources = new int[y.rank()][];
    for (int axis = 0; axis < y.rank(); axis++) {
      sources[axis] = sources(mode, x.shape()[axis], begins[axis], y.shape()[axis]);
    }
    inner = y.rank() == 0 ? 1 : y.shape()[y.rank() - 1];
    int begin = y.rank() == 0 ? 0 : begins[y.rank() - 1];
    int size = y.rank() == 0 ? 1 : x.shape()[y.rank() - 1];
    insideBegin = Math.clamp(begin, 0, inner);
    insideEnd = Math.clamp((long) begin + size, insideBegin, inner);
  }

  /// Where along an axis of `size` elements each element of the result comes from.
  private static int[] sources(PadMode mode, int size, int begin, int result) {
    int[] sources = new int[result];
    for (int i = 0; i < result; i++) {
      long at = (long) i - begin;
      sources[i] = at >= 0 && at < size ? (int) at : outside(mode, at, size);
    }
    return sources;
  }

  private static int outside(PadMode mode, long at, int size) {
    if (mode != PadMode.CONSTANT && size == 0) {
      throw new IllegalArgumentException("an axis without elements has none to pad with");
    }
    return switch (mode) {
      case CONSTANT -> OUTSIDE;
      case EDGE -> at < 0 ? 0 : size - 1;
      case WRAP -> (int) Math.floorMod(at, (long) size);
      case REFLECT -> reflected(at, size);
    };
  }

  /// Mirrors at the ends as often as it takes.
  private static int reflected(long at, int size) {
    if (size == 1) {
      return 0;
    }
    long period = 2L * (size - 1);
    long inPeriod = Math.floorMod(at, period);
    return (int) Math.min(inPeriod, period - inPeriod);
  }

  @Override
  public int tasks() {
    return inner == 0 ? 0 : y.elements() / inner;
  }

  @Override
  public long operationsPerTask() {
    return inner;
  }

  @Override
  public void run(int begin, int end) {
    for (int row = begin; row < end; row++) {
      row(row);
    }
  }

  private void row(int row) {
    int out = y.offset();
    int in = x.offset();
    int fill = valueOffset;
    boolean inside = true;
    int rest = row;
    for (int axis = y.rank() - 2; axis >= 0; axis--) {
      int at = rest % y.shape()[axis];
      rest /= y.shape()[axis];
      out += at * y.strides()[axis];
      inside &= sources[axis][at] != OUTSIDE;
      in += sources[axis][at] * x.strides()[axis];
      fill += axis == CHANNELS ? at * valueStep : 0;
    }
    int yStep = step(y);
    if (!inside) {
      int fillStep = y.rank() - 1 == CHANNELS ? valueStep : 0;
      Copies.copy(value, fill, fillStep, y.array(), out, yStep, inner);
      return;
    }
    int first =
        in + (y.rank() == 0 || insideBegin == insideEnd ? 0 : last()[insideBegin] * step(x));
    Copies.copy(
        x.array(),
        first,
        step(x),
        y.array(),
        out + insideBegin * yStep,
        yStep,
        insideEnd - insideBegin);
    for (int i = 0; i < insideBegin; i++) {
      element(in, fill, i, out + i * yStep);
    }
    for (int i = insideEnd; i < inner; i++) {
      element(in, fill, i, out + i * yStep);
    }
  }

  private void element(int in, int fill, int i, int out) {
    int source = last()[i];
    boolean outside = source == OUTSIDE;
    Copies.copy(
        outside ? value : x.array(),
        outside ? fill : in + source * step(x),
        1,
        y.array(),
        out,
        1,
        1);
  }

  private int[] last() {
    return sources[y.rank() - 1];
  }

  private static int step(Strided tensor) {
    return tensor.rank() == 0 ? 1 : tensor.strides()[tensor.rank() - 1];
  }
}
