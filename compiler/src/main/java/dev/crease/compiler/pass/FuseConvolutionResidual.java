package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.runtime.plan.Activation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// `Conv(x, W, b) + r -> FusedConv(x, W, b, r)`, also written as Sum; likewise for a FusedConv that
/// has only a padding yet, which it keeps.
///
/// Fires if nobody else reads the convolution and `r` is a tensor of exactly its result's shape. Of
/// two convolutions the later one takes the other as its residual, which then is there already.
final class FuseConvolutionResidual implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    List<Node> convolutions = addsTwo(node) ? convolutions(graph, node) : List.of();
    if (convolutions.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    for (Node conv : convolutions) {
      Preconditions checked = preconditions(graph, node, conv);
      if (checked.hold()) {
        return fuse(out, node, conv, checked);
      }
    }
    return Outcome.declined(
        preconditions(graph, node, convolutions.getFirst()).obstacle().orElseThrow());
  }

  private static boolean addsTwo(Node node) {
    return switch (node.op()) {
      case Arithmetic(var function) -> function == Arithmetic.Function.ADD;
      case Variadic(var function) -> function == Variadic.Function.SUM && node.inputs().size() == 2;
      default -> false;
    };
  }

  /// The convolutions that are added, later ones first.
  private static List<Node> convolutions(Graph graph, Node node) {
    List<Node> found = new ArrayList<>();
    for (Value operand : node.inputs()) {
      graph.producer(operand).filter(FuseConvolutionResidual::takesResidual).ifPresent(found::add);
    }
    if (found.size() > 1) {
      found.sort(Comparator.comparingInt(graph.nodes()::indexOf).reversed());
    }
    return found;
  }

  private static boolean takesResidual(Node node) {
    return switch (node.op()) {
      case Conv _ -> true;
      case FusedConv fused ->
          fused.activation().equals(Activation.NONE) && !node.hasInput(FusedConv.RESIDUAL);
      default -> false;
    };
  }

  private static Preconditions preconditions(Graph graph, Node node, Node conv) {
    Value residual = residual(node, conv);
    boolean fits = residual.type().equals(conv.output().type());
    return Preconditions.of(
            "`%s` has the shape of `%s`".formatted(residual.name(), conv.output().name()),
            fits
                ? Optional.empty()
                : Optional.of(
                    "`%s` is not known to have the shape of `%s`"
                        .formatted(residual, conv.output())))
        .and(() -> SoleUse.of(graph, conv))
        .and(conv.label() + " has no residual and no activation yet");
  }

  private static Value residual(Node node, Node conv) {
    return node.input(node.input(0).equals(conv.output()) ? 1 : 0);
  }

  private static Outcome fuse(Rewriter out, Node node, Node conv, Preconditions checked) {
    FusedConv fused =
        conv.op() instanceof FusedConv padded
            ? padded
            : new FusedConv((Conv) conv.op(), Activation.NONE);
    List<Value> operands =
        List.of(
            conv.input(0),
            conv.input(1),
            conv.input(2),
            residual(node, conv),
            conv.input(FusedConv.PADDING));
    out.replace(node, conv.name(), fused, operands);
    return Outcome.replaced("fused into " + conv.label(), checked, node, conv);
  }
}
