package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Elementwise.Function;
import dev.crease.compiler.op.math.Parametric;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `x Sigmoid(x) -> Swish(x)`, `x Sigmoid(a x) -> Swish(x; a)`, `x Tanh(Softplus(x)) -> Mish(x)`
///
/// Fires for factors in either order, if nobody else reads what is in between; in float64 only for
/// an `a` that is a float32.
public final class RecognizeGate implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    if (!node.op().equals(new Arithmetic(Arithmetic.Function.MUL))) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<Gate> gate =
        Gate.of(graph, node.input(0), node.input(1))
            .or(() -> Gate.of(graph, node.input(1), node.input(0)));
    if (gate.isEmpty() || !node.input(0).type().equals(node.input(1).type())) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked = Preconditions.NONE.and("its gate is computed from its other factor");
    for (Node between : gate.get().nodes()) {
      checked = checked.and(() -> SoleUse.of(graph, between));
    }
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().orElseThrow());
    }
    Op op = gate.get().op();
    Value x = gate.get().x();
    out.replace(node, op, List.of(x));
    List<Node> all = new ArrayList<>(List.of(node));
    all.addAll(gate.get().nodes());
    return Outcome.replaced("is %s of `%s`".formatted(op.schema().name(), x.name()), checked, all);
  }

  /// What `x` is multiplied with.
  ///
  /// @param op what the product is of `x`
  /// @param nodes those that compute the factor from `x`
  private record Gate(Value x, Op op, List<Node> nodes) {
    static Optional<Gate> of(Graph graph, Value x, Value factor) {
      Optional<Node> node = graph.producer(factor);
      Optional<Node> before = node.flatMap(function -> graph.producer(function.input(0)));
      if (is(node, Function.SIGMOID)) {
        return sigmoid(graph, x, node.orElseThrow());
      }
      return is(node, Function.TANH)
              && is(before, Function.SOFTPLUS)
              && before.orElseThrow().input(0).equals(x)
          ? Optional.of(
              new Gate(
                  x,
                  new Elementwise(Function.MISH),
                  List.of(node.orElseThrow(), before.orElseThrow())))
          : Optional.empty();
    }

    private static Optional<Gate> sigmoid(Graph graph, Value x, Node sigmoid) {
      if (sigmoid.input(0).equals(x)) {
        return Optional.of(new Gate(x, swish(1), List.of(sigmoid)));
      }
      return Product.of(graph, sigmoid.input(0))
          .filter(product -> product.factors().equals(List.of(x)))
          .filter(product -> isSlope(product.constant(), x.type().element()))
          .map(
              product -> {
                List<Node> nodes = new ArrayList<>(List.of(sigmoid));
                nodes.addAll(product.nodes());
                return new Gate(x, swish(product.constant()), nodes);
              });
    }

    /// Slopes are stored in float32.
    private static boolean isSlope(double alpha, ElementType element) {
      return element == ElementType.FLOAT64
          ? alpha == (float) alpha
          : Float.isFinite((float) alpha);
    }

    private static Op swish(double alpha) {
      return new Parametric(Parametric.Function.SWISH, (float) alpha, 0);
    }

    private static boolean is(Optional<Node> node, Function function) {
      return node.filter(n -> n.op().equals(new Elementwise(function))).isPresent();
    }
  }
}
