package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
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
    if (pulled.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked = Preconditions.NONE;
    for (AffineNode source : pulled.get().sources()) {
      checked = checked.and(() -> takenByAll(out, source.node()));
    }
    return checked.hold()
        ? folded(out, linear.get(), pulled.get(), checked)
        : Outcome.NOT_APPLICABLE;
  }

  /// The node goes where those that read it are rewritten; a normalization that must stay says why.
  private static Outcome affine(Rewriter out, Node node) {
    return Optional.of(node)
        .filter(n -> n.op() instanceof BatchNormalization)
        .flatMap(n -> takenByAll(out, n).obstacle())
        .map(Outcome::declined)
        .orElse(Outcome.NOT_APPLICABLE);
  }

  /// Asked once for each scale and shift, however many read it.
  private static Preconditions takenByAll(Rewriter out, Node source) {
    return out.checked(source, () -> Downstream.takenByAll(out.source(), source));
  }

  private static Outcome folded(
      Rewriter out, LinearOperator linear, Pulled pulled, Preconditions checked) {
    String biasName = pulled.sources().getFirst().shiftName().name();
    InputFold fold = new InputFold(linear, pulled.affine(), pulled.numbers());
    FoldedOperator folded = fold.folded(pulled.rest(), biasName);
    folded.rebuilt().replace(out, linear.node());
    List<Node> matched = new ArrayList<>(List.of(linear.node()));
    matched.addAll(pulled.nodes());
    String sources =
        pulled.sources().stream()
            .map(source -> source.node().label())
            .distinct()
            .collect(Collectors.joining(", "));
    List<String> effects = new ArrayList<>(List.of("takes in " + sources, folded.effect()));
    pulled.changes().stream().distinct().forEach(effects::add);
    fold.clamp().ifPresent(effects::add);
    return Outcome.replaced(String.join(", ", effects), checked, matched);
  }
}
