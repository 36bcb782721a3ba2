package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import java.util.Optional;

/// `Conv(Conv(x, A, a), B, b) -> Conv(x, B A, B a + b)` where `B` has one tap and no padding;
/// likewise `(x A + a) B + b -> x (A B) + (a B + b)` for Gemm and MatMul.
///
/// Fires if weights and biases are constant, nobody else reads the first one, and one takes fewer
/// multiplications than both, counted for each place of the result, and has no more weights: not
/// where the channels in between are few on purpose.
public final class ComposeConvolutions implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Optional<LinearOperator> second = LinearOperator.of(graph, node);
    Optional<LinearOperator> first =
        second
            .flatMap(linear -> graph.producer(linear.dataValue()))
            .flatMap(producer -> LinearOperator.of(graph, producer));
    Optional<Composition> composition = first.flatMap(f -> Composition.of(f, second.get()));
    if (composition.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked = preconditions(graph, composition.get());
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    composition.get().replace(out);
    Node taken = first.get().node();
    return Outcome.replaced("takes in " + taken.label(), checked, node, taken);
  }

  private static Preconditions preconditions(Graph graph, Composition composition) {
    return composition
        .first()
        .constants()
        .and(composition.second()::constants)
        .and("they fit together, and one costs less than both", composition::obstacle)
        .and(() -> SoleUse.of(graph, composition.first().node()))
        .and(composition::storable);
  }
}
