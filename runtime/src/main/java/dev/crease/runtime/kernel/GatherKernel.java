package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.Nullable;
import java.util.Arrays;

/// `y[o..., i..., n...] = x[o..., indices[i...], n...]` where `o` are the dimensions before `axis`
/// and `n` those after it; plain, any storage. Negative indices count from the end; one out of
/// range throws [InvalidDataException].
///
/// A task is one index's slice of `y` for one `o`; all of them where the indices are known
/// beforehand.
public final class GatherKernel implements Kernel {
  /// More elements for one `o` are rather copied by several threads.
  private static final int MOST_ELEMENTS = 1 << 16;

  private final Strided x;
  private final Strided indices;
  private final Strided y;
  private final int axis;
  private final int outer;
  private final int picks;
  private final Spans slice;

  /// What is copied for one `o`, where that is known; else null.
  private final @Nullable Pieces pieces;

  /// @param indices int32 or int64
  /// @param axis counted from 0
  /// @param fixed whether the indices are what they will be in every run
  /// @throws IllegalArgumentException if the shapes do not fit
  public GatherKernel(Strided x, Strided indices, Strided y, int axis, boolean fixed) {
    this.x = x;
    this.indices = indices;
    this.y = y;
    this.axis = axis;
    requireShape(x.shape(), indices.shape(), y.shape(), axis);
    outer = product(y.shape(), 0, axis);
    picks = indices.elements();
    int after = axis + indices.rank();
    int[] shape = Arrays.copyOfRange(y.shape(), after, y.rank());
    slice =
        Spans.of(
            shape,
            new Strided(x.array(), 0, shape, Arrays.copyOfRange(x.strides(), axis + 1, x.rank())),
            new Strided(y.array(), 0, shape, Arrays.copyOfRange(y.strides(), after, y.rank())));
    pieces = fixed ? pieces() : null;
  }

  /// Null if they are too many or too small, or if an index is out of range: that is for a run to
  /// say.
  private @Nullable Pieces pieces() {
    boolean whole = slice.endUnit(slice.tasks()) == 1 && slice.step(0) == 1 && slice.step(1) == 1;
    if (!whole || picks > Pieces.MOST || picks * slice.elementsPerTask() > MOST_ELEMENTS) {
      return null;
    }
    Pieces all = new Pieces();
    int size = x.shape()[axis];
    for (int pick = 0; pick < picks; pick++) {
      int at = indices.index(pick);
      if (!Indices.isPosition(indices.array(), at, size)) {
        return null;
      }
      all.add(index(pick) * x.strides()[axis], outOfPick(pick), slice.count(0));
    }
    return all;
  }

  private static void requireShape(int[] x, int[] indices, int[] y, int axis) {
    int[] expected = Arrays.copyOf(x, x.length - 1 + indices.length);
    System.arraycopy(indices, 0, expected, axis, indices.length);
    System.arraycopy(x, axis + 1, expected, axis + indices.length, x.length - axis - 1);
    if (!Arrays.equals(expected, y)) {
      throw new IllegalArgumentException(
          "indices %s of %s along axis %d give %s, not %s"
              .formatted(
                  Arrays.toString(indices),
                  Arrays.toString(x),
                  axis,
                  Arrays.toString(expected),
                  Arrays.toString(y)));
    }
  }

  private static int product(int[] shape, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= shape[i];
    }
    return product;
  }

  @Override
  public int tasks() {
    if (slice.tasks() == 0 || picks == 0) {
      return 0;
    }
    return pieces != null ? outer : outer * picks;
  }

  @Override
  public long operationsPerTask() {
    return slice.tasks() * slice.elementsPerTask() * (pieces != null ? picks : 1);
  }

  @Override
  public void run(int begin, int end) {
    if (pieces != null) {
      for (int o = begin; o < end; o++) {
        pieces.copy(x.array(), in(o), y.array(), out(o));
      }
      return;
    }
    for (int task = begin; task < end; task++) {
      int o = task / picks;
      int pick = task % picks;
      copySlice(in(o) + index(pick) * x.strides()[axis], out(o) + outOfPick(pick));
    }
  }

  private int in(int o) {
    return x.offset() + at(x, 0, axis, o);
  }

  private int out(int o) {
    return y.offset() + at(y, 0, axis, o);
  }

  private int outOfPick(int pick) {
    return at(y, axis, axis + indices.rank(), pick);
  }

  /// The distance of element `number`, counted in row-major order over axes `from` to `to - 1`.
  private static int at(Strided tensor, int from, int to, int number) {
    int distance = 0;
    int rest = number;
    for (int i = to - 1; i >= from; i--) {
      distance += rest % tensor.shape()[i] * tensor.strides()[i];
      rest /= tensor.shape()[i];
    }
    return distance;
  }

  private int index(int pick) {
    return Indices.position(indices.array(), indices.index(pick), axis, x.shape()[axis]);
  }

  private void copySlice(int in, int out) {
    int units = slice.endUnit(slice.tasks());
    for (int unit = 0; unit < units; unit++) {
      Copies.copy(
          x.array(),
          in + slice.offset(0, unit),
          slice.step(0),
          y.array(),
          out + slice.offset(1, unit),
          slice.step(1),
          slice.count(unit));
    }
  }
}
