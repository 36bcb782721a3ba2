package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import java.util.Optional;

/// A Conv, ConvTranspose or Gemm seen by its output channels: which weights make a channel, and
/// what is added to it.
///
/// @param weightDims of operand 1: `(M, C / group, k...)`, `(C, M / group, k...)`, `(K, N)` or `(N,
///   K)`
record LinearOperator(Op op, long[] weightDims) {
  /// Whether the node computes floating-point numbers so.
  static boolean is(Node node) {
    boolean linear =
        node.op() instanceof Conv
            || node.op() instanceof ConvTranspose
            || node.op() instanceof Gemm;
    return linear && node.output().type().element().isFloating();
  }

  int channels() {
    return Math.toIntExact(
        switch (op) {
          case ConvTranspose conv -> weightDims[1] * conv.group();
          case Gemm gemm -> weightDims[gemm.transB() ? 0 : 1];
          default -> weightDims[0];
        });
  }

  /// The output channel that element `index` of the weights counts for.
  int channelOf(int index) {
    long row = index;
    for (int axis = weightDims.length - 1; axis >= 2; axis--) {
      row /= weightDims[axis];
    }
    long first = row / weightDims[1];
    long second = row % weightDims[1];
    return (int)
        switch (op) {
          case ConvTranspose conv ->
              first / (weightDims[0] / conv.group()) * weightDims[1] + second;
          case Gemm gemm -> gemm.transB() ? first : second;
          default -> first;
        };
  }

  /// The shape of what is added: one element for each channel, for a Gemm also one for each result.
  long[] addendDims(Optional<Constant> given) {
    long rows = op instanceof Gemm ? given.map(LinearOperator::rows).orElse(1L) : 1;
    return rows == 1 ? new long[] {channels()} : new long[] {rows, channels()};
  }

  private static long rows(Constant c) {
    return c.dims().length == 2 ? c.dims()[0] : 1;
  }

  /// What is added, zeros if nothing is; the channel is the last axis.
  double[] addend(Optional<Constant> given) {
    int channels = channels();
    if (given.isEmpty()) {
      return new double[channels];
    }
    double[] elements = given.get().doubles();
    if (!(op instanceof Gemm gemm)) {
      return elements;
    }
    int rows = Math.toIntExact(rows(given.get()));
    int columns = elements.length / Math.max(1, rows);
    double[] addend = new double[rows * channels];
    for (int i = 0; i < addend.length; i++) {
      int column = columns == 1 ? 0 : i % channels;
      addend[i] = gemm.beta() * elements[i / channels * columns + column];
    }
    return addend;
  }

  /// The operator that adds its operand 2 as it is.
  Op addingAsIs() {
    return op instanceof Gemm gemm ? new Gemm(gemm.alpha(), 1, gemm.transA(), gemm.transB()) : op;
  }
}
