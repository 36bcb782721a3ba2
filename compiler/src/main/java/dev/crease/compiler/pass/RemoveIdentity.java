package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Unsqueeze;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `f(x) -> x` where `f` changes nothing.
///
/// Fires for Identity, Expect whose condition is known to hold, Dropout at inference, Cast to the
/// same type, Reshape and its relatives to the same shape, Transpose that moves only dimensions of
/// 1, and Concat, Sum, Mean, Min and Max of one operand. What is an output of the graph keeps its
/// name, so an input or constant that is returned as it is stays a copy.
final class RemoveIdentity implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Preconditions checked = Preconditions.NONE;
    if (node.op() instanceof Dropout) {
      checked = drops(out.source(), node);
      if (!checked.hold()) {
        return Outcome.declined(checked.obstacle().get());
      }
    } else {
      Optional<String> fact = keeps(out.source(), node);
      if (fact.isEmpty()) {
        return Outcome.NOT_APPLICABLE;
      }
      checked = checked.and(fact.get());
    }
    if (mustStay(out.source(), node)) {
      return Outcome.NOT_APPLICABLE;
    }
    out.replaceBy(node, List.of(node.input(0)));
    return Outcome.replaced(
        "removed, it changes nothing", checked.and("no output loses its type"), node);
  }

  /// Why a node changes nothing, if it does not.
  private static Optional<String> keeps(Graph graph, Node node) {
    TensorType before = node.input(0).type();
    TensorType after = node.output().type();
    return switch (node.op()) {
      case Identity _ -> Optional.of("it is Identity");
      case Expect(boolean expected) ->
          only(isKnown(graph, node.input(1), expected), "its condition holds");
      case Cast _ ->
          only(before.element() == after.element(), "it casts to the type that is there");
      case Reshape _, Expand _, Flatten _, Squeeze _, Unsqueeze _ ->
          only(before.equals(after), "the shape stays");
      case Transpose transpose ->
          only(
              before.equals(after) && keepsOrder(transpose.permutation(), before),
              "dimensions other than 1 stay in order");
      case Concat _, Variadic _ -> only(node.inputs().size() == 1, "it has one operand");
      default -> Optional.empty();
    };
  }

  private static boolean isKnown(Graph graph, Value condition, boolean expected) {
    return graph
        .elements(condition)
        .filter(elements -> elements.size() == 1)
        .filter(elements -> elements.getFirst().is(expected ? 1 : 0))
        .isPresent();
  }

  private static Optional<String> only(boolean holds, String fact) {
    return holds ? Optional.of(fact) : Optional.empty();
  }

  /// Whether dimensions other than 1 stay in order.
  private static boolean keepsOrder(List<Long> permutation, TensorType type) {
    List<Long> moved = new ArrayList<>();
    for (int i = 0; i < type.rank(); i++) {
      long axis = permutation.isEmpty() ? type.rank() - 1 - i : permutation.get(i);
      if (!type.dim((int) axis).is(1)) {
        moved.add(axis);
      }
    }
    return moved.equals(moved.stream().sorted().toList());
  }

  private static Preconditions drops(Graph graph, Node node) {
    boolean masked = node.outputs().size() > 1;
    return Preconditions.of(
            "no mask is asked for", masked ? Optional.of("its mask is used") : Optional.empty())
        .and("it is not in training mode", () -> trainingObstacle(graph, node));
  }

  private static Optional<String> trainingObstacle(Graph graph, Node node) {
    Value mode = node.input(2);
    if (mode.isAbsent()) {
      return Optional.empty();
    }
    Optional<Constant> training = graph.constant(mode);
    if (training.isEmpty()) {
      return ConstantOperands.missing(graph, List.of(mode));
    }
    return training.get().longs()[0] == 0 ? Optional.empty() : Optional.of("training_mode is true");
  }

  /// Whether an output of the graph would lose its type, or a copy become another copy.
  private static boolean mustStay(Graph graph, Node node) {
    Value result = node.output();
    if (!graph.isOutput(result)) {
      return false;
    }
    Value x = node.input(0);
    boolean neededCopy = graph.producer(x).isEmpty() || graph.isOutput(x);
    return !x.type().equals(result.type()) || (node.op() instanceof Identity && neededCopy);
  }
}
