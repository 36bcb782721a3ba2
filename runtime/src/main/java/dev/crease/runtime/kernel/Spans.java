package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Cuts an element-wise walk over tensors of one shape into spans: runs along the innermost
/// dimension, over which each operand advances by a fixed step.
///
/// Dimensions that every operand walks without a gap are merged first, so contiguous tensors become
/// one long run. The cut depends on shapes and strides only.
final class Spans {
  /// Elements that one task should have at least, where the tensor has so many.
  private static final int GRAIN = 1 << 14;

  private final int[] shape;
  private final int[][] strides;
  private final int[] offsets;
  private final int inner;
  private final int pieces;
  private final int units;
  private final int unitsPerTask;

  private Spans(int[] shape, int[][] strides, int[] offsets) {
    int last = shape.length - 1;
    this.shape = Arrays.copyOf(shape, last);
    this.strides = strides;
    this.offsets = offsets;
    inner = shape[last];
    pieces = Math.ceilDiv(inner, GRAIN);
    int outer = pieces;
    for (int dim : this.shape) {
      outer *= dim;
    }
    units = outer;
    unitsPerTask = Math.max(1, GRAIN / Math.max(1, Math.min(inner, GRAIN)));
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
    return new Spans(Arrays.copyOf(dims, rank), steps, offsets);
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
    return (long) unitsPerTask * Math.min(inner, GRAIN);
  }

  int firstUnit(int task) {
    return task * unitsPerTask;
  }

  int endUnit(int tasksEnd) {
    return Math.min(units, tasksEnd * unitsPerTask);
  }

  /// Elements of a span.
  int count(int unit) {
    int start = unit % pieces * GRAIN;
    return Math.min(GRAIN, inner - start);
  }

  /// How far an operand advances from one element of a span to the next.
  int step(int operand) {
    return strides[operand][shape.length];
  }

  /// Index of an operand's first element of a span.
  int offset(int operand, int unit) {
    int[] steps = strides[operand];
    int offset = offsets[operand] + unit % pieces * GRAIN * steps[shape.length];
    int rest = unit / pieces;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      offset += rest % shape[axis] * steps[axis];
      rest /= shape[axis];
    }
    return offset;
  }
}
