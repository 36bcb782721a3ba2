package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import java.util.List;
import java.util.Optional;

/// A node that multiplies data with weights, seen by channels: which weight leads from which
/// channel of the data to which of the result.
///
/// Weights are `(first, second, inner)`, repeated for the matrices of a batch; a Conv's `(M, C /
/// group, k...)`, a ConvTranspose's `(C, M / group, k...)`, a matrix.
///
/// @param data the place of the data among the operands; the weights are in the other one of the
///   first two places
record LinearOperator(Graph graph, Node node, int data) {
  private static final int BIAS = 2;

  /// The node as one, if it computes floating-point numbers so.
  static Optional<LinearOperator> of(Graph graph, Node node) {
    boolean linear =
        switch (node.op()) {
          case Conv _, FusedConv _, ConvTranspose _, Gemm _ -> true;
          case MatMul _ ->
              node.inputs().stream().allMatch(value -> value.type().rank() >= 2)
                  && node.inputs().stream().anyMatch(value -> graph.constant(value).isPresent());
          default -> false;
        };
    if (!linear || !node.output().type().element().isFloating()) {
      return Optional.empty();
    }
    boolean constantLeft = node.op() instanceof MatMul && graph.constant(node.input(0)).isPresent();
    return Optional.of(new LinearOperator(graph, node, constantLeft ? 1 : 0));
  }

  /// Whether the result is exactly what the weights and the bias make of the data.
  boolean endsLinear() {
    return !(node.op() instanceof FusedConv fused)
        || (fused.activation().equals(Activation.NONE) && !node.hasInput(FusedConv.RESIDUAL));
  }

  String label() {
    return node.label();
  }

  ElementType element() {
    return node.output().type().element();
  }

  /// That its weights and bias are known.
  Preconditions constants() {
    return Preconditions.of(
        "weights and bias of %s are constant".formatted(label()),
        ConstantOperands.missing(graph, List.of(weightsValue(), node.input(BIAS))));
  }

  Value dataValue() {
    return node.input(data);
  }

  Value weightsValue() {
    return node.input(1 - data);
  }

  Constant weights() {
    return ConstantOperands.of(graph, weightsValue());
  }

  /// Whether the bias goes where the operator itself has a place for one.
  boolean takesBias() {
    return !(node.op() instanceof MatMul) || isMatrixProduct();
  }

  private boolean isMatrixProduct() {
    return node.inputs().stream().allMatch(value -> value.type().rank() == 2);
  }

  boolean hasBias() {
    return node.hasInput(BIAS);
  }

  Value biasValue() {
    return node.input(BIAS);
  }

  /// The axis of the result that its channels are along.
  int outputAxis() {
    int rank = node.output().type().rank();
    return node.op() instanceof MatMul ? rank - 1 - data : 1;
  }

  /// The axis of the data that its channels are along.
  int inputAxis() {
    int rank = dataValue().type().rank();
    return switch (node.op()) {
      case MatMul _ -> rank - 1 - data;
      case Gemm gemm -> gemm.transA() ? 0 : 1;
      default -> 1;
    };
  }

  int outputs() {
    long[] dims = weights().dims();
    return Math.toIntExact(
        switch (node.op()) {
          case ConvTranspose conv -> dims[1] * conv.group();
          case Gemm gemm -> dims[gemm.transB() ? 0 : 1];
          case MatMul _ -> dims[dims.length - 1 - data];
          default -> dims[0];
        });
  }

  int inputs() {
    long[] dims = weights().dims();
    return Math.toIntExact(
        switch (node.op()) {
          case ConvTranspose _ -> dims[0];
          case Gemm gemm -> dims[gemm.transB() ? 1 : 0];
          case MatMul _ -> dims[dims.length - 2 + data];
          default -> dims[1] * group();
        });
  }

  private long group() {
    return switch (node.op()) {
      case Conv conv -> conv.group();
      case FusedConv fused -> fused.conv().group();
      case ConvTranspose conv -> conv.group();
      default -> 1;
    };
  }

  /// What the products of data and weights are multiplied with.
  double gain() {
    return node.op() instanceof Gemm gemm ? gemm.alpha() : 1;
  }

  /// Products of a weight and a number for each element of the result, its border not counted.
  double products() {
    double weights = (double) weights().elements() / Math.max(1, outputs() * matrices());
    return node.op() instanceof ConvTranspose conv
        ? conv.window().strides().stream().mapToDouble(s -> s).reduce(weights, (a, s) -> a / s)
        : weights;
  }

  /// How many matrices a batch of weights has; 1 for everything but a MatMul.
  int matrices() {
    long[] dims = weights().dims();
    long matrices = 1;
    for (int axis = 0; node.op() instanceof MatMul && axis < dims.length - 2; axis++) {
      matrices *= dims[axis];
    }
    return Math.toIntExact(matrices);
  }

  /// How weights are walked over: `count` in all, of which each `(first, second)` has `inner`.
  Weights walk() {
    long[] dims = weights().dims();
    int axis = node.op() instanceof MatMul ? dims.length - 2 : 0;
    int first = Math.toIntExact(dims[axis]);
    int second = Math.toIntExact(dims[axis + 1]);
    long inner = 1;
    for (int i = axis + 2; i < dims.length; i++) {
      inner *= dims[i];
    }
    int group = Math.toIntExact(group());
    return switch (node.op()) {
      case ConvTranspose _ -> {
        int rows = Math.max(1, first / group);
        yield new Weights(first, second, (int) inner, (i, j) -> i / rows * second + j, (i, _) -> i);
      }
      case Gemm gemm when gemm.transB() -> new Weights(first, second, 1, (i, _) -> i, (_, j) -> j);
      case Gemm _ -> new Weights(first, second, 1, (_, j) -> j, (i, _) -> i);
      case MatMul _ ->
          data == 0
              ? new Weights(first, second, 1, (_, j) -> j, (i, _) -> i)
              : new Weights(first, second, 1, (i, _) -> i, (_, j) -> j);
      default -> {
        int maps = Math.max(1, first / group);
        yield new Weights(first, second, (int) inner, (i, _) -> i, (i, j) -> i / maps * second + j);
      }
    };
  }

  /// The shape of a bias: one element for each channel, for a Gemm with one for each result that.
  long[] biasDims() {
    long rows = node.op() instanceof Gemm && hasBias() ? rows(bias()) : 1;
    boolean columns = node.op() instanceof MatMul && data == 1;
    if (columns) {
      return new long[] {outputs(), 1};
    }
    return rows == 1 ? new long[] {outputs()} : new long[] {rows, outputs()};
  }

  private Constant bias() {
    return ConstantOperands.of(graph, biasValue());
  }

  private static long rows(Constant c) {
    return c.dims().length == 2 ? c.dims()[0] : 1;
  }

  /// What is added to the products, zeros if nothing is, in the shape [#biasDims].
  double[] addend() {
    int channels = outputs();
    if (!hasBias()) {
      return new double[channels];
    }
    double[] elements = bias().doubles();
    if (!(node.op() instanceof Gemm gemm)) {
      return elements;
    }
    int rows = Math.toIntExact(rows(bias()));
    int columns = elements.length / Math.max(1, rows);
    double[] addend = new double[rows * channels];
    for (int i = 0; i < addend.length; i++) {
      int column = columns == 1 ? 0 : i % channels;
      addend[i] = gemm.beta() * elements[i / channels * columns + column];
    }
    return addend;
  }
}
