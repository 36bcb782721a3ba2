package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.Nullable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// All steps of a recurrent cell in one direction. A length that is negative or more than there are
/// steps throws [InvalidDataException]. A task is some rows of the batch, from the first step to
/// the last.
public final class RecurrentKernel implements Kernel {
  private static final int ROWS = 8;

  /// Operands of a cell beside its input; arrays are null where an operand is absent.
  ///
  /// @param weights the product with the state: [dev.crease.runtime.plan.Packing#gemm] of `(H,
  ///   gates H)`, without a GRU's candidate
  /// @param candidate that of a GRU's candidate, `(H, H)`
  /// @param candidateBias `(H)`, added before the reset gate is applied
  /// @param peepholes `(3 H)` for the gates i, o, f of an LSTM
  public record Weights(
      float[] weights,
      int weightsOffset,
      float @Nullable [] candidate,
      int candidateOffset,
      float @Nullable [] candidateBias,
      int candidateBiasOffset,
      float @Nullable [] peepholes,
      int peepholesOffset) {}

  private final Microkernels microkernels;
  private final Cell cell;
  private final Strided x;
  private final Weights weights;
  private final @Nullable Strided initialH;
  private final @Nullable Strided initialC;
  private final @Nullable Strided lengths;
  private final @Nullable Strided y;
  private final @Nullable Strided lastH;
  private final @Nullable Strided lastC;
  private final boolean reverse;
  private final boolean variant;
  private final RecurrentState state;
  private final int steps;
  private final int batch;
  private final int hidden;

  /// @param x `(T, B, gates H)`, the input's product with its weights and all biases that are added
  ///   at once
  /// @param initialH `(B, H)`, or null for zeros; `initialC` likewise
  /// @param lengths `(B)` of int32, or null if all rows have T steps
  /// @param y `(T, B, H)`, or null; `lastH` and `lastC` `(B, H)`, or null
  /// @param variant a GRU's `linear_before_reset`, an LSTM's `input_forget`
  /// @param clip bound of what activations are applied to, or 0
  public RecurrentKernel(
      Microkernels microkernels,
      Cell cell,
      Strided x,
      Weights weights,
      @Nullable Strided initialH,
      @Nullable Strided initialC,
      @Nullable Strided lengths,
      @Nullable Strided y,
      @Nullable Strided lastH,
      @Nullable Strided lastC,
      boolean reverse,
      boolean variant,
      float clip,
      List<Activation> activations) {
    this.microkernels = microkernels;
    this.cell = cell;
    this.x = x;
    this.weights = weights;
    this.initialH = initialH;
    this.initialC = initialC;
    this.lengths = lengths;
    this.y = y;
    this.lastH = lastH;
    this.lastC = lastC;
    this.reverse = reverse;
    this.variant = variant;
    steps = x.shape()[0];
    batch = x.shape()[1];
    hidden = x.shape()[2] / cell.gates();
    state =
        new RecurrentState(
            microkernels,
            cell,
            batch,
            hidden,
            variant,
            clip,
            activations,
            weights.peepholes(),
            weights.peepholesOffset());
  }

  @Override
  public int tasks() {
    return Math.ceilDiv(batch, ROWS);
  }

  @Override
  public long operationsPerTask() {
    return (long) steps * Math.min(ROWS, batch) * hidden * hidden * cell.gates();
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      rows(task * ROWS, Math.min(batch, (task + 1) * ROWS));
    }
  }

  private void rows(int first, int end) {
    for (int row = first; row < end; row++) {
      load(initialH, state.h, row);
      load(initialC, state.c, row);
      clearBehind(row);
    }
    for (int step = 0; step < steps; step++) {
      step(step, first, end);
    }
    for (int row = first; row < end; row++) {
      store(state.h, row, lastH, 0);
      store(state.c, row, lastC, 0);
    }
  }

  private void step(int step, int first, int end) {
    for (int row = first; row < end; row++) {
      if (step < length(row)) {
        int from = x.offset() + time(step, row) * x.strides()[0] + row * x.strides()[1];
        int gates = cell.gates() * hidden;
        System.arraycopy((float[]) x.array(), from, state.gates, state.gatesOf(row), gates);
      } else {
        // Products are added for all rows; what is never read should not grow without bound.
        Arrays.fill(state.gates, state.gatesOf(row), state.gatesOf(row) + cell.gates() * hidden, 0);
      }
    }
    int columns = cell.joined() * hidden;
    product(
        state.h, weights.weights(), weights.weightsOffset(), state.gates, 0, first, end, columns);
    if (cell == Cell.GRU) {
      candidates(step, first, end);
    }
    for (int row = first; row < end; row++) {
      if (step < length(row)) {
        finish(row);
        store(state.h, row, y, time(step, row));
      }
    }
  }

  /// The part of a GRU's candidates that comes from the state.
  private void candidates(int step, int first, int end) {
    float[] candidate = Objects.requireNonNull(weights.candidate());
    if (variant) {
      for (int row = first; row < end; row++) {
        loadBias(row);
      }
      product(state.h, candidate, weights.candidateOffset(), state.other, -1, first, end, hidden);
    }
    for (int row = first; row < end; row++) {
      if (step < length(row)) {
        state.openGru(row);
      }
    }
    if (!variant) {
      int column = 2 * hidden;
      product(
          state.other,
          candidate,
          weights.candidateOffset(),
          state.gates,
          column,
          first,
          end,
          hidden);
    }
  }

  /// Adds `a b` for the rows to the gates from `column` on, or to rows of `H` if that is -1.
  private void product(
      float[] a, float[] b, int bOffset, float[] to, int column, int first, int end, int columns) {
    int stride = column < 0 ? hidden : cell.gates() * hidden;
    int out = first * stride + Math.max(0, column);
    microkernels.gemm(
        a, first * hidden, hidden, b, bOffset, to, out, stride, end - first, columns, hidden);
  }

  private void finish(int row) {
    switch (cell) {
      case RNN -> state.finishRnn(row);
      case GRU -> state.finishGru(row);
      case LSTM -> state.finishLstm(row);
    }
  }

  /// The place in time of a row's step.
  private int time(int step, int row) {
    return reverse ? length(row) - 1 - step : step;
  }

  private int length(int row) {
    if (lengths == null) {
      return steps;
    }
    int given = ((int[]) lengths.array())[lengths.offset() + row * lengths.strides()[0]];
    if (given < 0 || given > steps) {
      throw new InvalidDataException("a row has " + given + " steps, the input " + steps);
    }
    return given;
  }

  private void load(@Nullable Strided from, float[] to, int row) {
    if (from == null) {
      Arrays.fill(to, row * hidden, (row + 1) * hidden, 0);
    } else {
      int at = from.offset() + row * from.strides()[0];
      System.arraycopy((float[]) from.array(), at, to, row * hidden, hidden);
    }
  }

  private void loadBias(int row) {
    if (weights.candidateBias() == null) {
      Arrays.fill(state.other, row * hidden, (row + 1) * hidden, 0);
    } else {
      System.arraycopy(
          weights.candidateBias(),
          weights.candidateBiasOffset(),
          state.other,
          row * hidden,
          hidden);
    }
  }

  /// Zeros in the results past a row's last step.
  private void clearBehind(int row) {
    for (int time = length(row); y != null && time < steps; time++) {
      int at = y.offset() + time * y.strides()[0] + row * y.strides()[1];
      Arrays.fill((float[]) y.array(), at, at + hidden, 0);
    }
  }

  private void store(float[] from, int row, @Nullable Strided to, int time) {
    if (to != null) {
      int inTime = to.rank() == 3 ? time * to.strides()[0] : 0;
      int at = to.offset() + inTime + row * to.strides()[to.rank() - 2];
      System.arraycopy(from, row * hidden, (float[]) to.array(), at, hidden);
    }
  }
}
