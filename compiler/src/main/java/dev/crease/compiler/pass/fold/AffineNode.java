package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Preconditions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A node that scales and shifts: BatchNormalization at inference, or arithmetic with a constant.
///
/// @param x what it scales and shifts
record AffineNode(Node node, Value x, Affine affine) {
  /// The node as one, if it is one and all that it needs is constant.
  static Optional<AffineNode> of(Graph graph, Node node) {
    return switch (node.op()) {
      case BatchNormalization norm when normalizes(graph, node, norm).hold() ->
          Optional.of(new AffineNode(node, node.input(0), normalization(graph, node, norm)));
      case Arithmetic(var function) -> arithmetic(graph, node, function);
      default -> Optional.empty();
    };
  }

  /// That a normalization is a constant scale and shift.
  static Preconditions normalizes(Graph graph, Node node, BatchNormalization norm) {
    return Preconditions.of("it is in inference mode", trainingObstacle(norm))
        .and(
            "scale, bias, mean and variance are constant",
            () -> ConstantOperands.missing(graph, node.inputs().subList(1, 5)))
        .and("they have the type of the data", () -> typeObstacle(node))
        .and(
            "variance + epsilon is positive in every channel",
            () -> varianceObstacle(graph, node, norm));
  }

  private static Optional<String> trainingObstacle(BatchNormalization norm) {
    return norm.trainingMode()
        ? Optional.of("training_mode = 1: it normalizes by the statistics of the batch")
        : Optional.empty();
  }

  private static Optional<String> typeObstacle(Node node) {
    TensorType x = node.input(0).type();
    return node.inputs().subList(1, 5).stream()
        .filter(parameter -> parameter.type().element() != x.element())
        .findFirst()
        .map(
            parameter ->
                "`%s` is %s, but `%s` is %s"
                    .formatted(
                        parameter.name(),
                        parameter.type().element(),
                        node.input(0).name(),
                        x.element()));
  }

  private static Optional<String> varianceObstacle(
      Graph graph, Node node, BatchNormalization norm) {
    double[] variance = ConstantOperands.of(graph, node.input(4)).doubles();
    for (int c = 0; c < variance.length; c++) {
      double sum = variance[c] + norm.epsilon();
      if (!(sum > 0)) {
        return Optional.of("variance + epsilon is %s in channel %d".formatted((float) sum, c));
      }
    }
    return Optional.empty();
  }

  /// `slope = scale / sqrt(variance + epsilon)`; the largest normalized result is about the largest
  /// `|scale| + |bias|`, if the variance is the data's.
  private static Affine normalization(Graph graph, Node node, BatchNormalization norm) {
    double[] scale = ConstantOperands.of(graph, node.input(1)).doubles();
    double[] bias = ConstantOperands.of(graph, node.input(2)).doubles();
    double[] mean = ConstantOperands.of(graph, node.input(3)).doubles();
    double[] variance = ConstantOperands.of(graph, node.input(4)).doubles();
    double[] slope = new double[scale.length];
    double size = 0;
    for (int c = 0; c < slope.length; c++) {
      slope[c] = scale[c] / Math.sqrt(variance[c] + norm.epsilon());
      size = Math.max(size, Math.abs(scale[c]) + Math.abs(bias[c]));
    }
    long[] dims = ones(node.input(0).type().rank());
    dims[1] = slope.length;
    boolean normalizes = deviation(graph, node).isPresent();
    return new Affine(dims, slope, mean, bias, normalizes ? size : Double.POSITIVE_INFINITY);
  }

  /// The standard deviation of the data that a normalization tells, for each channel; empty for
  /// other nodes, and if variance 1, epsilon 0, and momentum 1, by which statistics are never
  /// taken, stand for none, as [MergeAffine] writes them.
  static Optional<double[]> deviation(Graph graph, Node node) {
    if (!(node.op() instanceof BatchNormalization norm)) {
      return Optional.empty();
    }
    double[] variance = ConstantOperands.of(graph, node.input(4)).doubles();
    boolean none =
        norm.momentum() == 1
            && norm.epsilon() == 0
            && Arrays.stream(variance).allMatch(v -> v == 1);
    return none
        ? Optional.empty()
        : Optional.of(Arrays.stream(variance).map(v -> Math.sqrt(v + norm.epsilon())).toArray());
  }

  private static Optional<AffineNode> arithmetic(
      Graph graph, Node node, Arithmetic.Function function) {
    for (int side = 0; side < 2; side++) {
      boolean divides = function == Arithmetic.Function.DIV && side == 1;
      Value x = node.input(side);
      Optional<Constant> c = graph.constant(node.input(1 - side));
      if (c.isPresent()
          && !divides
          && graph.constant(x).isEmpty()
          && x.type().element().isFloating()
          && isVector(c.get())
          && keepsShape(c.get().type(), x.type())) {
        Affine affine = arithmetic(function, side == 0, c.get(), x.type().rank());
        return Optional.of(new AffineNode(node, x, affine));
      }
    }
    return Optional.empty();
  }

  /// Whether at most one dimension differs from 1.
  private static boolean isVector(Constant c) {
    return Arrays.stream(c.dims()).filter(dim -> dim != 1).count() <= 1;
  }

  /// Whether broadcasting leaves the shape of `x` as it is.
  static boolean keepsShape(TensorType constant, TensorType x) {
    int missing = x.rank() - constant.rank();
    for (int axis = 0; axis < constant.rank() && missing >= 0; axis++) {
      if (!constant.dim(axis).is(1) && !constant.dim(axis).equals(x.dim(axis + missing))) {
        return false;
      }
    }
    return missing >= 0;
  }

  /// @param first whether the constant is the second operand
  private static Affine arithmetic(
      Arithmetic.Function function, boolean first, Constant constant, int rank) {
    long[] dims = ones(rank);
    long[] given = constant.dims();
    System.arraycopy(given, 0, dims, rank - given.length, given.length);
    double[] c = constant.doubles();
    double[] zero = new double[c.length];
    double[] one = filled(c.length, 1);
    double unknown = Double.POSITIVE_INFINITY;
    return switch (function) {
      case ADD -> new Affine(dims, one, zero, c, unknown);
      case SUB ->
          first
              ? new Affine(dims, one, c, zero, unknown)
              : new Affine(dims, filled(c.length, -1), zero, c, unknown);
      case MUL -> new Affine(dims, c, zero, zero, unknown);
      case DIV -> new Affine(dims, Arrays.stream(c).map(x -> 1 / x).toArray(), zero, zero, unknown);
    };
  }

  static long[] ones(int rank) {
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  /// What the node's constants are named after, for a constant that stands for its shift.
  Value shiftName() {
    List<Value> constants = node.inputs().stream().filter(value -> !value.equals(x)).toList();
    return node.op() instanceof BatchNormalization ? node.input(2) : constants.getFirst();
  }
}
