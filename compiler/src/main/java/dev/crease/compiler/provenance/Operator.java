package dev.crease.compiler.provenance;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import java.util.Arrays;
import java.util.Optional;

/// A linear operator with constant weights as its second operand, and a constant bias or none as
/// its third.
record Operator(Graph graph, Node node) {
  static boolean isLinear(Op op) {
    return takesBias(op) || op instanceof MatMul;
  }

  private static boolean takesBias(Op op) {
    return op instanceof Conv
        || op instanceof FusedConv
        || op instanceof ConvTranspose
        || op instanceof Gemm;
  }

  /// The node as one, if it is one.
  static Optional<Operator> of(Graph graph, Node node) {
    boolean fits =
        takesBias(node.op())
            && graph.constant(node.input(1)).isPresent()
            && (!node.hasInput(2) || graph.constant(node.input(2)).isPresent());
    Operator operator = new Operator(graph, node);
    return fits && operator.hasVectorForBias() ? Optional.of(operator) : Optional.empty();
  }

  /// The one that computes the value of this name.
  static Optional<Operator> computing(Graph graph, String result) {
    return graph
        .allGraphs()
        .flatMap(
            each ->
                each.nodes().stream()
                    .filter(node -> node.output(0).name().equals(result))
                    .flatMap(node -> of(each, node).stream()))
        .findFirst();
  }

  Constant weights() {
    return graph.constant(node.input(1)).orElseThrow();
  }

  /// A Gemm's may also be a scalar, a column, or a whole matrix.
  private boolean hasVectorForBias() {
    return !node.hasInput(2)
        || graph.constant(node.input(2)).orElseThrow().elements() == channels();
  }

  /// What it adds to each channel, zeros if nothing.
  double[] bias() {
    if (!node.hasInput(2)) {
      return new double[Math.toIntExact(channels())];
    }
    double[] bias = graph.constant(node.input(2)).orElseThrow().doubles();
    return node.op() instanceof Gemm gemm
        ? Arrays.stream(bias).map(b -> gemm.beta() * b).toArray()
        : bias;
  }

  /// How many channels the result has.
  long channels() {
    long[] dims = weights().dims();
    return switch (node.op()) {
      case ConvTranspose conv -> dims[1] * conv.group();
      case Gemm gemm -> dims[gemm.transB() ? 0 : 1];
      default -> dims[0];
    };
  }

  /// The channel that each weight leads to.
  int[] channelOfEachWeight() {
    long[] dims = weights().dims();
    int[] channels = new int[weights().elements()];
    long inner = 1;
    for (int axis = 2; axis < dims.length; axis++) {
      inner *= dims[axis];
    }
    for (int i = 0; i < channels.length; i++) {
      long first = i / (inner * dims[1]);
      long second = i / inner % dims[1];
      channels[i] =
          (int)
              switch (node.op()) {
                case ConvTranspose conv -> first / (dims[0] / conv.group()) * dims[1] + second;
                case Gemm gemm -> gemm.transB() ? first : second;
                default -> first;
              };
    }
    return channels;
  }
}
