package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Conv(x, V, a) + Conv(x, W, b) -> Conv(x, V + W, a + b)`, where taps are added that read the
/// same place; likewise `Conv(x, W, b) + BatchNormalization(x)`, or arithmetic with constants for
/// the latter, which is one tap with diagonal weights. In a Sum of more the rest stays.
///
/// Fires if nobody else reads the two, strides, groups and results are equal, padding is given, a
/// scale and shift is beside a convolution without strides, and one convolution does not take more
/// multiplications than both: 3 x 3 with 1 x 1, not 1 x 3 with 3 x 1.
public final class MergeBranches implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    List<Pair> pairs = adds(node) ? pairs(out.source(), node) : List.of();
    if (pairs.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    for (Pair pair : pairs) {
      Preconditions checked = pair.preconditions();
      if (checked.hold()) {
        return merge(out, node, pair.merged(), checked);
      }
    }
    return Outcome.declined(pairs.getFirst().preconditions().obstacle().orElseThrow());
  }

  private static boolean adds(Node node) {
    return switch (node.op()) {
      case Arithmetic(var function) -> function == Arithmetic.Function.ADD;
      case Variadic(var function) -> function == Variadic.Function.SUM;
      default -> false;
    };
  }

  /// A convolution and something else that is computed from the same value.
  private record Pair(Branch.Convolved base, Branch other) {
    Preconditions preconditions() {
      return Preconditions.of("both read one value, and have results of one shape", shapeObstacle())
          .and(base::mergeable)
          .and(() -> other.mergeable(base))
          .and(merged()::worthwhile);
    }

    private Optional<String> shapeObstacle() {
      return other.node().output().type().equals(base.node().output().type())
          ? Optional.empty()
          : Optional.of(
              "`%s` is not known to have the shape of `%s`"
                  .formatted(other.node().output(), base.node().output()));
    }

    MergedConvolution merged() {
      return new MergedConvolution(base, other);
    }
  }

  private static List<Pair> pairs(Graph graph, Node node) {
    List<Branch> branches =
        node.inputs().stream().flatMap(value -> Branch.of(graph, value).stream()).toList();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      for (int j = i + 1; j < branches.size(); j++) {
        pair(branches.get(i), branches.get(j)).ifPresent(pairs::add);
      }
    }
    return pairs;
  }

  private static Optional<Pair> pair(Branch first, Branch second) {
    if (!first.x().equals(second.x()) || first.node().equals(second.node())) {
      return Optional.empty();
    }
    if (first instanceof Branch.Convolved base) {
      return Optional.of(new Pair(base, second));
    }
    return second instanceof Branch.Convolved base
        ? Optional.of(new Pair(base, first))
        : Optional.empty();
  }

  private static Outcome merge(
      Rewriter out, Node node, MergedConvolution merged, Preconditions checked) {
    Node base = merged.base().node();
    Node other = merged.other().node();
    List<Value> rest = new ArrayList<>(node.inputs());
    rest.remove(base.output());
    rest.remove(other.output());
    if (rest.isEmpty()) {
      merged.rebuilt().replace(out, node);
    } else {
      rest.addFirst(merged.rebuilt().emit(out));
      out.replace(node, node.op(), rest);
    }
    return Outcome.replaced(
        "merges %s and %s into one convolution".formatted(base.label(), other.label()),
        checked,
        node,
        base,
        other);
  }
}
