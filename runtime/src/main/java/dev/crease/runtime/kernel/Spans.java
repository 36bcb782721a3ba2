package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Cuts an element-wise walk over tensors of one shape into spans: runs along the innermost
/// dimension, over which each operand advances by a fixed step.
///
/// Dimensions that every operand walks without a gap are merged first, so contiguous tensors become
/// one long run. Where the innermost dimension is very short, the longest one takes its place: a
/// strided run costs less than many short ones. The cut depends on shapes and strides only.
final class Spans {
  /// Elements that one task should have at least, where the tensor has so many.
  private static final int GRAIN = 1 << 14;

  /// An innermost dimension shorter than this gives way to a much longer one.
  private static final int SHORT = 8;

  /// Elements of a strided run: few enough that the next run finds its cache lines again.
  private static final int STRIDED_PIECE = 1 << 10;

  /// Runs whose beginnings are remembered: to find one takes two divisions for each axis, longer
  /// than a copy of a few elements.
  private static final int REMEMBERED = 1 << 14;

  private final int[] shape;
  private final int[][] strides;
  private final int[] offsets;
  private final int inner;
  private final int piece;
  private final int outer;
  private final int units;
  private final int unitsPerTask;

  /// For each operand, where each run begins; none if there are too many, or runs are cut in
  /// pieces.
  private final int[][] begins;

  private Spans(int[] shape, int[][] strides, int[] offsets, int piece) {
    int last = shape.length - 1;
    this.shape = Arrays.copyOf(shape, last);
    this.strides = strides;
    this.offsets = offsets;
    inner = shape[last];
    this.piece = piece;
    int rows = 1;
    for (int dim : this.shape) {
      rows *= dim;
    }
    outer = rows;
    units = rows * Math.ceilDiv(inner, piece);
    unitsPerTask = Math.max(1, GRAIN / Math.max(1, Math.min(inner, piece)));
    begins = inner <= piece && outer <= REMEMBERED ? begins() : new int[0][];
  }

  private int[][] begins() {
    int[][] all = new int[strides.length][outer];
    for (int operand = 0; operand < all.length; operand++) {
      for (int unit = 0; unit < outer; unit++) {
        all[operand][unit] = begin(operand, unit);
      }
    }
    return all;
  }

  /// The walk over `shape` of operands that broadcast to it as in ONNX.
  ///
  /// @throws IllegalArgumentException if an operand does not broadcast
  static Spans of(int[] shape, Strided... operands) {
    int[][] strides = new int[operands.length][];
    int[] offsets = new int[operands.length];
    for (int i = 0; i < operands.length; i++) {
      strides[i] = operands[i].broadcast(shape).strides();
      offsets[i] = operands[i].offset();
    }
    return merged(shape, strides, offsets);
  }

  private static Spans merged(int[] shape, int[][] strides, int[] offsets) {
    int[] dims = new int[shape.length + 1];
    int[][] steps = new int[strides.length][shape.length + 1];
    int rank = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 1) {
        continue;
      }
      if (rank > 0 && follows(strides, steps, rank - 1, axis, shape[axis])) {
        dims[rank - 1] *= shape[axis];
      } else {
        dims[rank++] = shape[axis];
      }
      for (int i = 0; i < strides.length; i++) {
        steps[i][rank - 1] = strides[i][axis];
      }
    }
    if (rank == 0) {
      dims[rank++] = 1;
      for (int[] step : steps) {
        step[0] = 1;
      }
    }
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Arrays.copyOf(steps[i], rank);
    }
    boolean exchanged = exchangeShort(dims, steps, rank);
    return new Spans(Arrays.copyOf(dims, rank), steps, offsets, exchanged ? STRIDED_PIECE : GRAIN);
  }

  /// Lets a very short innermost dimension and the longest one change places.
  private static boolean exchangeShort(int[] dims, int[][] steps, int rank) {
    int last = rank - 1;
    int longest = last;
    for (int i = 0; i < last; i++) {
      longest = dims[i] > dims[longest] ? i : longest;
    }
    if (dims[last] >= SHORT || dims[longest] < 4 * dims[last]) {
      return false;
    }
    exchange(dims, last, longest);
    for (int[] step : steps) {
      exchange(step, last, longest);
    }
    return true;
  }

  private static void exchange(int[] values, int i, int j) {
    int value = values[i];
    values[i] = values[j];
    values[j] = value;
  }

  private static boolean follows(int[][] strides, int[][] steps, int last, int axis, int dim) {
    for (int i = 0; i < strides.length; i++) {
      if (steps[i][last] != strides[i][axis] * dim) {
        return false;
      }
    }
    return true;
  }

  int tasks() {
    return inner == 0 ? 0 : Math.ceilDiv(units, unitsPerTask);
  }

  long elementsPerTask() {
    return (long) Math.min(units, unitsPerTask) * Math.min(inner, piece);
  }

  int firstUnit(int task) {
    return task * unitsPerTask;
  }

  int endUnit(int tasksEnd) {
    return Math.min(units, tasksEnd * unitsPerTask);
  }

  /// Elements of a span.
  int count(int unit) {
    return Math.min(piece, inner - unit / outer * piece);
  }

  /// How far an operand advances from one element of a span to the next.
  int step(int operand) {
    return strides[operand][shape.length];
  }

  /// Index of an operand's first element of a span.
  int offset(int operand, int unit) {
    return begins.length > 0 ? begins[operand][unit] : begin(operand, unit);
  }

  private int begin(int operand, int unit) {
    int[] steps = strides[operand];
    int offset = offsets[operand] + unit / outer * piece * steps[shape.length];
    int rest = unit % outer;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      offset += rest % shape[axis] * steps[axis];
      rest /= shape[axis];
    }
    return offset;
  }
}
