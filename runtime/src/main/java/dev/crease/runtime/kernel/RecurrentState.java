package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;

/// What the rows of a batch remember between the steps of a recurrent cell, and the element-wise
/// part of a step for one row. A row is `hidden` elements.
final class RecurrentState {
  private final Microkernels microkernels;
  private final Cell cell;
  private final int hidden;
  private final boolean variant;
  private final float clip;
  private final List<Activation> activations;
  private final float @Nullable [] peepholes;
  private final int peepholesOffset;
  private final float[] ones;

  /// The gates of each row, one after the other.
  final float[] gates;

  /// The states `h` of the rows.
  final float[] h;

  /// A GRU's other product with the state; a row to work in otherwise.
  final float[] other;

  /// The cell states of an LSTM.
  final float[] c;

  RecurrentState(
      Microkernels microkernels,
      Cell cell,
      int rows,
      int hidden,
      boolean variant,
      float clip,
      List<Activation> activations,
      float @Nullable [] peepholes,
      int peepholesOffset) {
    this.microkernels = microkernels;
    this.cell = cell;
    this.hidden = hidden;
    this.variant = variant;
    this.clip = clip;
    this.activations = List.copyOf(activations);
    this.peepholes = peepholes;
    this.peepholesOffset = peepholesOffset;
    gates = new float[rows * cell.gates() * hidden];
    h = new float[rows * hidden];
    other = new float[rows * hidden];
    c = new float[rows * hidden];
    ones = new float[] {1};
  }

  int gatesOf(int row) {
    return row * cell.gates() * hidden;
  }

  /// `y = function(clip(y))`.
  private void activate(int which, float[] y, int offset, int count) {
    if (clip > 0) {
      microkernels.unary(UnaryFunction.CLIP, -clip, clip, y, offset, y, offset, count);
    }
    Activation a = activations.get(which);
    microkernels.unary(a.function(), a.alpha(), a.beta(), y, offset, y, offset, count);
  }

  private void binary(
      BinaryFunction function, float[] a, int i, float[] b, int j, float[] y, int k) {
    microkernels.binary(function, a, i, b, j, y, k, hidden);
  }

  /// `h = f(gate)`.
  void finishRnn(int row) {
    int gate = gatesOf(row);
    activate(0, gates, gate, hidden);
    System.arraycopy(gates, gate, h, row * hidden, hidden);
  }

  /// The gates z and r, and what of the state the candidate sees: `r h`, or in the variant `r`
  /// times the product with the state, which is there already, added to the candidate.
  void openGru(int row) {
    int gate = gatesOf(row);
    int at = row * hidden;
    activate(0, gates, gate, 2 * hidden);
    float[] seen = variant ? other : h;
    binary(BinaryFunction.MUL, gates, gate + hidden, seen, at, other, at);
    if (variant) {
      int candidate = gate + 2 * hidden;
      binary(BinaryFunction.ADD, gates, candidate, other, at, gates, candidate);
    }
  }

  /// `h = n + z (h - n)`.
  void finishGru(int row) {
    int gate = gatesOf(row);
    int candidate = gate + 2 * hidden;
    int at = row * hidden;
    activate(1, gates, candidate, hidden);
    binary(BinaryFunction.SUB, h, at, gates, candidate, h, at);
    binary(BinaryFunction.MUL, h, at, gates, gate, h, at);
    binary(BinaryFunction.ADD, h, at, gates, candidate, h, at);
  }

  void finishLstm(int row) {
    int in = gatesOf(row);
    int out = in + hidden;
    int forget = in + 2 * hidden;
    int candidate = in + 3 * hidden;
    int at = row * hidden;
    look(0, at, in);
    activate(0, gates, in, hidden);
    if (variant) {
      microkernels.binaryScalar(
          BinaryFunction.SUB, true, gates, in, ones, 0, gates, forget, hidden);
    } else {
      look(2, at, forget);
      activate(0, gates, forget, hidden);
    }
    activate(1, gates, candidate, hidden);
    binary(BinaryFunction.MUL, c, at, gates, forget, c, at);
    binary(BinaryFunction.MUL, gates, in, gates, candidate, gates, candidate);
    binary(BinaryFunction.ADD, c, at, gates, candidate, c, at);
    look(1, at, out);
    activate(0, gates, out, hidden);
    System.arraycopy(c, at, other, at, hidden);
    activate(2, other, at, hidden);
    binary(BinaryFunction.MUL, gates, out, other, at, h, at);
  }

  /// Lets a gate see the cell state: `gate += peephole c`.
  private void look(int which, int at, int gate) {
    if (peepholes != null) {
      int peephole = peepholesOffset + which * hidden;
      binary(BinaryFunction.MUL, peepholes, peephole, c, at, other, at);
      binary(BinaryFunction.ADD, gates, gate, other, at, gates, gate);
    }
  }
}
