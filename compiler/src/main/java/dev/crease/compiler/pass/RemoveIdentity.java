package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
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
/// Fires for Identity, Dropout at inference, Cast to the same type, Reshape and its relatives to
/// the same shape, Transpose that moves only dimensions of 1, and Concat, Sum, Mean, Min and Max of
/// one operand. What is an output of the graph keeps its name, so an input or constant that is
/// returned as it is stays a copy.
final class RemoveIdentity implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (node.op() instanceof Dropout) {
      Optional<String> obstacle = dropoutObstacle(out.source(), node);
      if (obstacle.isPresent()) {
        return Outcome.declined(obstacle.get());
      }
    } else if (!changesNothing(node)) {
      return Outcome.NOT_APPLICABLE;
    }
    if (mustStay(out.source(), node)) {
      return Outcome.NOT_APPLICABLE;
    }
    out.replaceBy(node, List.of(node.input(0)));
    return Outcome.replaced("removed, it changes nothing", node);
  }

  private static boolean changesNothing(Node node) {
    TensorType before = node.input(0).type();
    TensorType after = node.output().type();
    return switch (node.op()) {
      case Identity _ -> true;
      case Cast _ -> before.element() == after.element();
      case Reshape _, Expand _, Flatten _, Squeeze _, Unsqueeze _ -> before.equals(after);
      case Transpose transpose ->
          before.equals(after) && keepsOrder(transpose.permutation(), before);
      case Concat _, Variadic _ -> node.inputs().size() == 1;
      default -> false;
    };
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

  private static Optional<String> dropoutObstacle(Graph graph, Node node) {
    if (node.outputs().size() > 1) {
      return Optional.of("its mask is used");
    }
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
