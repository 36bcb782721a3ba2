package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Conv(x, W, b) * c -> Conv(x, c W, c b)`, `Conv(x, W, b) + c -> Conv(x, W, b + c)`, likewise `y
/// - c`, `c - y`, `y / c`; never `c / y`. Likewise for ConvTranspose, Gemm and MatMul.
///
/// Fires if `c` is a constant with one element, or one per output channel and aligned with the
/// channel axis, that does not enlarge the result, and nobody else reads what it is folded into.
public final class FoldChannelAffine implements Rule {
  private static final Preconditions ONE_CONSTANT =
      Preconditions.NONE.and(
          "one operand is constant, is no divisor, and leaves the shape as it is");

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof Arithmetic(var function))) {
      return Outcome.NOT_APPLICABLE;
    }
    Graph graph = out.source();
    Optional<AffineNode> affine = AffineNode.of(graph, node);
    if (affine.isEmpty()) {
      return nearMiss(graph, node, function);
    }
    String shiftName = affine.get().shiftName().name();
    return switch (new Upstream(graph, shiftName).search(affine.get().x(), affine.get().affine())) {
      case Search.Obstacle obstacle ->
          obstacle.reachedLinear() ? Outcome.declined(obstacle.reason()) : Outcome.NOT_APPLICABLE;
      case Search.Found found -> folded(out, node, ONE_CONSTANT, found);
    };
  }

  /// Puts what was found in the place of `node`.
  ///
  /// @param checked what was asked before the search
  static Outcome folded(Rewriter out, Node node, Preconditions checked, Search.Found found) {
    found.rebuilt().replace(out, node);
    List<Node> matched = new ArrayList<>(List.of(node));
    matched.addAll(found.nodes());
    return Outcome.replaced(
        "folded into " + String.join("; ", found.effects()), checked.and(found::checked), matched);
  }

  /// Tells why arithmetic with a linear operator and something that is not computed stays.
  private static Outcome nearMiss(Graph graph, Node node, Arithmetic.Function function) {
    for (int side = 0; side < 2; side++) {
      Value other = node.input(1 - side);
      Optional<Node> linear =
          graph.producer(node.input(side)).filter(n -> LinearOperator.of(graph, n).isPresent());
      boolean given = graph.constant(other).isPresent() || graph.defaults().containsKey(other);
      if (linear.isPresent() && given) {
        return Outcome.declined(reason(graph, node, function, side, linear.get()));
      }
    }
    return Outcome.NOT_APPLICABLE;
  }

  private static String reason(
      Graph graph, Node node, Arithmetic.Function function, int side, Node linear) {
    if (function == Arithmetic.Function.DIV && side == 1) {
      return linear.label() + " is the divisor";
    }
    Value other = node.input(1 - side);
    return ConstantOperands.missing(graph, List.of(other))
        .orElse(
            "`%s` is neither a scalar nor aligned with the channel axis of %s"
                .formatted(other, node.input(side).type()));
  }
}
