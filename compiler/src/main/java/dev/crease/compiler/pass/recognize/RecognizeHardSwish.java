package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Arithmetic.Function;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.HardSigmoid;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `x * Clip(x + 3, 0, 6) / 6 -> HardSwish(x)`, `x * HardSigmoid(x; 1 / 6, 1 / 2) -> HardSwish(x)`
///
/// Fires for operands in either order, if nobody else reads what is in between; then three or four
/// sweeps over memory become one, or the epilogue of a convolution.
public final class RecognizeHardSwish implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    if (!(node.op() instanceof Arithmetic(var function))) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<Match> match =
        switch (function) {
          case DIV ->
              isScalar(graph, node.input(1), 6) ? ofQuotient(graph, node) : Optional.empty();
          case MUL -> ofProduct(graph, node);
          case ADD, SUB -> Optional.empty();
        };
    if (match.isEmpty() || !match.get().x().type().equals(node.output().type())) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked =
        Preconditions.NONE
            .and("its constants are " + match.get().constants())
            .and("the result has the type of `%s`".formatted(match.get().x().name()));
    for (Node between : match.get().between()) {
      checked = checked.and(() -> SoleUse.of(graph, between));
    }
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    out.replace(node, new Elementwise(Elementwise.Function.HARD_SWISH), List.of(match.get().x()));
    return Outcome.replaced(
        "is HardSwish of `%s`".formatted(match.get().x().name()), checked, match.get().all(node));
  }

  /// What the whole is a function of, and the nodes that compute nothing else.
  ///
  /// @param constants those that were found, for people
  private record Match(Value x, List<Node> between, String constants) {
    List<Node> all(Node last) {
      return Stream.concat(Stream.of(last), between.stream()).toList();
    }
  }

  /// `(x * Clip(x + 3, 0, 6)) / 6`
  private static Optional<Match> ofQuotient(Graph graph, Node node) {
    Optional<Node> product = arithmetic(graph, node.input(0), Function.MUL);
    for (int side = 0; side < 2 && product.isPresent(); side++) {
      Value x = product.get().input(1 - side);
      Optional<Node> clip = clipFromZeroToSix(graph, product.get().input(side));
      Optional<Node> sum = clip.flatMap(c -> arithmetic(graph, c.input(0), Function.ADD));
      if (sum.isPresent() && isThreeMore(graph, sum.get(), x)) {
        return Optional.of(
            new Match(x, List.of(product.get(), clip.get(), sum.get()), "3, 0, 6, 6"));
      }
    }
    return Optional.empty();
  }

  /// `x * HardSigmoid(x)`
  private static Optional<Match> ofProduct(Graph graph, Node node) {
    for (int side = 0; side < 2; side++) {
      Value x = node.input(1 - side);
      Optional<Node> gate =
          graph.producer(node.input(side)).filter(producer -> producer.input(0).equals(x));
      if (gate.isPresent() && gate.get().op().equals(new HardSigmoid(1 / 6f, 0.5f))) {
        return Optional.of(new Match(x, List.of(gate.get()), "1/6, 1/2"));
      }
    }
    return Optional.empty();
  }

  private static Optional<Node> arithmetic(Graph graph, Value value, Function function) {
    return graph
        .producer(value)
        .filter(node -> node.op() instanceof Arithmetic(var given) && given == function);
  }

  private static Optional<Node> clipFromZeroToSix(Graph graph, Value value) {
    return graph
        .producer(value)
        .filter(
            node ->
                node.op() instanceof Clip clip
                    && clip.activation(node, graph)
                        .filter(new Activation(UnaryFunction.CLIP, 0, 6)::equals)
                        .isPresent());
  }

  private static boolean isThreeMore(Graph graph, Node sum, Value x) {
    return (sum.input(0).equals(x) && isScalar(graph, sum.input(1), 3))
        || (sum.input(1).equals(x) && isScalar(graph, sum.input(0), 3));
  }

  private static boolean isScalar(Graph graph, Value value, double expected) {
    Optional<Constant> constant = graph.constant(value);
    return constant.isPresent()
        && constant.get().elements() == 1
        && constant.get().doubles()[0] == expected;
  }
}
