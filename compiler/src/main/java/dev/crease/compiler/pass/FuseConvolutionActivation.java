package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.ScalarFunction;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.runtime.plan.Activation;
import java.util.Optional;

/// `f(Conv(x, W, b)) -> FusedConv(x, W, b; f)`, `f(FusedConv(x, W, b, r, p)) -> FusedConv(x, W, b,
/// r, p; f)`
///
/// Fires if the function's parameters are known, nobody else reads the convolution, and it has no
/// activation yet.
final class FuseConvolutionActivation implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof ScalarFunction function)) {
      return Outcome.NOT_APPLICABLE;
    }
    Graph graph = out.source();
    Node conv = graph.producer(node.input(0)).orElse(null);
    if (conv == null || !takesActivation(conv)) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<Activation> activation = function.activation(node, graph);
    Preconditions checked =
        Preconditions.of(
                "its parameters are constant",
                activation.isPresent()
                    ? Optional.empty()
                    : Optional.of("its parameters are not constant"))
            .and(() -> SoleUse.of(graph, conv))
            .and(conv.label() + " has no activation yet");
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    out.replace(node, conv.name(), fused(conv, activation.orElseThrow()), conv.inputs());
    return Outcome.replaced("fused into " + conv.label(), checked, node, conv);
  }

  private static boolean takesActivation(Node node) {
    return switch (node.op()) {
      case Conv _ -> true;
      case FusedConv fused -> fused.activation().equals(Activation.NONE);
      default -> false;
    };
  }

  private static FusedConv fused(Node conv, Activation activation) {
    return switch (conv.op()) {
      case FusedConv fused -> new FusedConv(fused.conv(), activation, fused.winograd());
      default -> new FusedConv((Conv) conv.op(), activation);
    };
  }
}
