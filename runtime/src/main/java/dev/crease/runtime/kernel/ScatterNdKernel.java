package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.Arrays;

/// `y = x`, then slices of `updates` put where `indices` says; plain tensors without gaps, of any
/// type if the function is ASSIGN. `y` may be `x`. An index out of range throws
/// [InvalidDataException].
///
/// One task: updates that meet come one after the other.
public final class ScatterNdKernel implements Kernel {
  private final ElementType type;
  private final ScatterFunction function;
  private final Strided x;
  private final Strided indices;
  private final Strided updates;
  private final Strided y;
  private final int named;
  private final int slices;
  private final int inner;

  /// What of `updates` is copied where, if that is known; else null.
  private final @Nullable Pieces pieces;

  /// @param indices int32 or int64 `(batch..., K)`
  /// @param updates `(batch..., what is left of x)`
  /// @param fixed whether the indices are what they will be in every run
  /// @throws IllegalArgumentException if the shapes do not fit
  public ScatterNdKernel(
      ElementType type,
      ScatterFunction function,
      Strided x,
      Strided indices,
      Strided updates,
      Strided y,
      boolean fixed) {
    this.type = type;
    this.function = function;
    this.x = x;
    this.indices = indices;
    this.updates = updates;
    this.y = y;
    int batch = indices.rank() - 1;
    named = indices.shape()[batch];
    if (named > x.rank()) {
      throw new IllegalArgumentException(
          "indices name " + named + " axes of " + Arrays.toString(x.shape()));
    }
    int[] expected = Arrays.copyOf(indices.shape(), batch + x.rank() - named);
    System.arraycopy(x.shape(), named, expected, batch, x.rank() - named);
    if (!Arrays.equals(expected, updates.shape())) {
      throw new IllegalArgumentException(
          "updates should be "
              + Arrays.toString(expected)
              + ", not "
              + Arrays.toString(updates.shape()));
    }
    int count = 1;
    for (int axis = named; axis < x.rank(); axis++) {
      count *= x.shape()[axis];
    }
    inner = count;
    slices = inner == 0 ? 0 : updates.elements() / inner;
    pieces = fixed && function == ScatterFunction.ASSIGN ? pieces() : null;
  }

  /// Null if they are too many, or if an index is out of range: that is for a run to say.
  private @Nullable Pieces pieces() {
    if (slices > Pieces.MOST) {
      return null;
    }
    Pieces all = new Pieces();
    for (int slice = 0; slice < slices; slice++) {
      for (int axis = 0; axis < named; axis++) {
        int at = indices.offset() + slice * named + axis;
        if (!Indices.isPosition(indices.array(), at, y.shape()[axis])) {
          return null;
        }
      }
      all.add(slice * inner, place(slice) - y.offset(), inner);
    }
    return all;
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return y.elements() + updates.elements();
  }

  @Override
  public void run(int begin, int end) {
    if (begin == end) {
      return;
    }
    if (x.array() != y.array() || x.offset() != y.offset()) {
      System.arraycopy(x.array(), x.offset(), y.array(), y.offset(), y.elements());
    }
    if (pieces != null) {
      pieces.copy(updates.array(), updates.offset(), y.array(), y.offset());
      return;
    }
    for (int slice = 0; slice < slices; slice++) {
      int out = place(slice);
      int in = updates.offset() + slice * inner;
      if (function == ScatterFunction.ASSIGN) {
        System.arraycopy(updates.array(), in, y.array(), out, inner);
      } else {
        for (int i = 0; i < inner; i++) {
          Combination.combine(function, type, updates.array(), in + i, y.array(), out + i);
        }
      }
    }
  }

  private int place(int slice) {
    int place = y.offset();
    for (int axis = 0; axis < named; axis++) {
      int at = indices.offset() + slice * named + axis;
      place += Indices.position(indices.array(), at, axis, y.shape()[axis]) * y.strides()[axis];
    }
    return place;
  }
}
