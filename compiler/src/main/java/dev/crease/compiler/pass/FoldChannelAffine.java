package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `Conv(x, W, b) * c -> Conv(x, c W, c b)`, `Conv(x, W, b) + c -> Conv(x, W, b + c)`, likewise `y
/// - c`, `c - y`, `y / c`; never `c / y`. Likewise for ConvTranspose and Gemm.
///
/// Fires if `c` is a constant with one element, or one per output channel and aligned with the
/// channel axis, that does not enlarge the result, and nobody else reads what it is folded into.
final class FoldChannelAffine implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof Arithmetic(var function))) {
      return Outcome.NOT_APPLICABLE;
    }
    Graph graph = out.source();
    int side = sideOfLinear(graph, node);
    if (side < 0) {
      return Outcome.NOT_APPLICABLE;
    }
    Value other = node.input(1 - side);
    if (graph.constant(other).isEmpty() && !graph.defaults().containsKey(other)) {
      return Outcome.NOT_APPLICABLE;
    }
    Node linear = LinearFold.producer(graph, node.input(side)).orElseThrow();
    LinearFold fold = new LinearFold(graph, linear);
    Optional<String> obstacle = obstacle(graph, node, function, side).or(fold::obstacle);
    if (obstacle.isPresent()) {
      return Outcome.declined(obstacle.get());
    }
    double[] c = perChannel(ConstantOperands.of(graph, other), fold.channels());
    return fold.fold(out, node, affine(function, side == 0, c), other.name());
  }

  /// The operand that a linear operator computes while the other is not computed, -1 if there is
  /// none.
  private static int sideOfLinear(Graph graph, Node node) {
    for (int side = 0; side < 2; side++) {
      boolean computedOther = graph.producer(node.input(1 - side)).isPresent();
      if (LinearFold.producer(graph, node.input(side)).isPresent() && !computedOther) {
        return side;
      }
    }
    return -1;
  }

  private static Optional<String> obstacle(
      Graph graph, Node node, Arithmetic.Function function, int side) {
    if (function == Arithmetic.Function.DIV && side == 1) {
      return Optional.of(
          "%s is the divisor".formatted(graph.producer(node.input(1)).orElseThrow().label()));
    }
    Value other = node.input(1 - side);
    Optional<String> missing = ConstantOperands.missing(graph, List.of(other));
    if (missing.isPresent()) {
      return missing;
    }
    TensorType result = node.input(side).type();
    if (!aligns(other.type(), result)) {
      return Optional.of(
          "`%s` is neither a scalar nor aligned with the channel axis of %s"
              .formatted(other, result));
    }
    return Optional.empty();
  }

  /// Whether broadcasting gives each channel of `result` one element of `constant`, and leaves the
  /// shape of `result` as it is.
  private static boolean aligns(TensorType constant, TensorType result) {
    int missing = result.rank() - constant.rank();
    if (missing < 0) {
      return false;
    }
    for (int axis = 0; axis < constant.rank(); axis++) {
      Dim dim = constant.dim(axis);
      boolean channelAxis = axis + missing == 1;
      if (!dim.is(1) && !(channelAxis && dim.equals(result.dim(1)))) {
        return false;
      }
    }
    return true;
  }

  private static double[] perChannel(Constant constant, int channels) {
    double[] given = constant.doubles();
    if (given.length == channels) {
      return given;
    }
    return constant(channels, given[0]);
  }

  private static ChannelAffine affine(Arithmetic.Function function, boolean first, double[] c) {
    double[] ones = constant(c.length, 1);
    double[] zeros = constant(c.length, 0);
    return switch (function) {
      case ADD -> new ChannelAffine(ones, c);
      case SUB ->
          first
              ? new ChannelAffine(ones, Arrays.stream(c).map(x -> -x).toArray())
              : new ChannelAffine(constant(c.length, -1), c);
      case MUL -> new ChannelAffine(c, zeros);
      case DIV -> new ChannelAffine(Arrays.stream(c).map(x -> 1 / x).toArray(), zeros);
    };
  }

  private static double[] constant(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }
}
