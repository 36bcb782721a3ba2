package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `Conv(BatchNormalization(x), W, b) -> Conv(x, W', b')` with `W' = W s` by input channels, `b' =
/// b + W t`, and padding that holds `-t / s`; likewise for Gemm, MatMul, ConvTranspose, and for
/// arithmetic with constants.
///
/// A Relu or Clip in between becomes a clamp with bounds for each channel: `Relu(s x + t) = s
/// clamp(x) + t`.
///
/// Fires if all that read the scale and shift, also through operators that it moves through, are
/// such operators with constant weights.
public final class FoldForward implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    if (AffineNode.of(graph, node).isPresent()) {
      return affine(out, node);
    }
    Optional<LinearOperator> linear = LinearOperator.of(graph, node);
    Optional<Pulled> pulled = linear.flatMap(l -> Pulled.of(graph, l.dataValue()));
    if (pulled.isEmpty() || !allGo(out, pulled.get())) {
      return Outcome.NOT_APPLICABLE;
    }
    return folded(out, linear.get(), pulled.get());
  }

  /// The node goes where those that read it are rewritten; a normalization that must stay says why.
  private static Outcome affine(Rewriter out, Node node) {
    return Optional.of(node)
        .filter(n -> n.op() instanceof BatchNormalization)
        .flatMap(n -> obstacle(out, n))
        .map(Outcome::declined)
        .orElse(Outcome.NOT_APPLICABLE);
  }

  private static boolean allGo(Rewriter out, Pulled pulled) {
    return pulled.sources().stream().allMatch(source -> obstacle(out, source.node()).isEmpty());
  }

  /// Asked once for each scale and shift, however many read it.
  private static Optional<String> obstacle(Rewriter out, Node source) {
    return out.obstacle(source, () -> Downstream.obstacle(out.source(), source));
  }

  private static Outcome folded(Rewriter out, LinearOperator linear, Pulled pulled) {
    String biasName = pulled.sources().getFirst().shiftName().name();
    FoldedOperator folded = new InputFold(linear, pulled.affine()).folded(pulled.rest(), biasName);
    folded.rebuilt().replace(out, linear.node());
    List<Node> matched = new ArrayList<>(List.of(linear.node()));
    matched.addAll(pulled.nodes());
    String sources =
        pulled.sources().stream()
            .map(source -> source.node().label())
            .distinct()
            .collect(Collectors.joining(", "));
    return new Outcome.Replaced("takes in %s, %s".formatted(sources, folded.effect()), matched);
  }
}
