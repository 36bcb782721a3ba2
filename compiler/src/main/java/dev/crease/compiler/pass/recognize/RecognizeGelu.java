package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Gelu;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `x (1 + Erf(x / sqrt(2))) / 2 -> Gelu(x)`, `x (1 + Tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 ->
/// Gelu(x; tanh)`
///
/// Fires for factors and terms in any order and grouping, if nobody else reads what is in between.
public final class RecognizeGelu implements Rule {
  private static final double CUBIC = 0.044715;
  private static final double ROOT_OF_TWO_OVER_PI = Math.sqrt(2 / Math.PI);

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    ElementType element = node.output().type().element();
    Optional<Product> whole =
        Product.of(graph, node)
            .filter(product -> product.factors().size() == 2 && product.isTimes(0.5, element));
    if (whole.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Value first = whole.get().factors().getFirst();
    Value second = whole.get().factors().getLast();
    Optional<Share> share = Share.of(graph, second, first).or(() -> Share.of(graph, first, second));
    if (share.isEmpty() || !share.get().x().type().equals(node.output().type())) {
      return Outcome.NOT_APPLICABLE;
    }
    Value x = share.get().x();
    List<Node> all =
        Stream.concat(whole.get().nodes().stream(), share.get().nodes().stream())
            .distinct()
            .toList();
    Preconditions checked = Preconditions.NONE.and("its constants are those of the formula");
    for (Node between : all.subList(1, all.size())) {
      checked = checked.and(() -> SoleUse.of(graph, between));
    }
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().orElseThrow());
    }
    out.replace(node, new Gelu(share.get().tanh()), List.of(x));
    return Outcome.replaced("is Gelu of `%s`".formatted(x.name()), checked, all);
  }

  /// `1 + f(z(x))`, and the nodes that compute it.
  ///
  /// @param tanh whether `f` is the hyperbolic tangent, not the error function
  private record Share(Value x, boolean tanh, List<Node> nodes) {
    static Optional<Share> of(Graph graph, Value value, Value x) {
      Match match = new Match(graph, value.type().element());
      return match.isShare(value, x)
          ? Optional.of(new Share(x, match.tanh, List.copyOf(match.nodes)))
          : Optional.empty();
    }
  }

  /// Looks for a [Share], and remembers the nodes it meets.
  private static final class Match {
    private final Graph graph;
    private final ElementType element;
    private final List<Node> nodes = new ArrayList<>();
    private boolean tanh;

    Match(Graph graph, ElementType element) {
      this.graph = graph;
      this.element = element;
    }

    boolean isShare(Value value, Value x) {
      Optional<Node> function = plus(value, 1).flatMap(graph::producer);
      if (function.isEmpty()) {
        return false;
      }
      nodes.add(function.get());
      tanh = function.get().op().equals(new Elementwise(Elementwise.Function.TANH));
      Value z = function.get().input(0);
      return tanh
          ? isCubic(z, x)
          : function.get().op().equals(new Elementwise(Elementwise.Function.ERF))
              && product(z, Math.sqrt(0.5)).filter(List.of(x)::equals).isPresent();
    }

    /// `sqrt(2 / pi) (x + 0.044715 x^3)`, or with `x` as a factor of both.
    private boolean isCubic(Value z, Value x) {
      List<Value> factors = product(z, ROOT_OF_TWO_OVER_PI).orElse(List.of());
      if (factors.size() == 1) {
        return plus(factors.getFirst(), x)
            .flatMap(cube -> product(cube, CUBIC))
            .filter(List.of(x, x, x)::equals)
            .isPresent();
      }
      return factors.size() == 2
          && factors.contains(x)
          && plus(factors.getFirst().equals(x) ? factors.getLast() : factors.getFirst(), 1)
              .flatMap(square -> product(square, CUBIC))
              .filter(List.of(x, x)::equals)
              .isPresent();
    }

    /// The factors besides the constant, if that is what it should be.
    private Optional<List<Value>> product(Value value, double constant) {
      Optional<Product> product =
          Product.of(graph, value).filter(found -> found.isTimes(constant, element));
      product.ifPresent(found -> nodes.addAll(found.nodes()));
      return product.map(Product::factors);
    }

    private Optional<Node> sum(Value value) {
      return graph
          .producer(value)
          .filter(node -> node.op().equals(new Arithmetic(Arithmetic.Function.ADD)));
    }

    /// What `number` is added to.
    private Optional<Value> plus(Value value, double number) {
      Optional<Node> sum = sum(value);
      for (int side = 0; side < 2 && sum.isPresent(); side++) {
        if (Product.scalar(graph, sum.get().input(side)).orElse(Double.NaN) == number) {
          nodes.add(sum.get());
          return Optional.of(sum.get().input(1 - side));
        }
      }
      return Optional.empty();
    }

    /// What `x` is added to.
    private Optional<Value> plus(Value value, Value x) {
      Optional<Node> sum = sum(value).filter(node -> node.inputs().contains(x));
      sum.ifPresent(nodes::add);
      return sum.map(node -> node.input(0).equals(x) ? node.input(1) : node.input(0));
    }
  }
}
