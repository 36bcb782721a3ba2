package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `a(Slice(Conv(x, W, b))), c(Slice(Conv(x, W, b)))` -> slices of one `Conv(x, W', b')`: parts of
/// a result that are scaled and shifted apart from one another, or stay as they are.
///
/// Fires for each node that scales and shifts a part, or takes one that stays, if all that read the
/// result take parts of it and agree on each element. Each then reads the same new result, so
/// nothing is computed twice.
public final class FoldParts implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Optional<Parts.Part> part =
        Parts.Part.scaledBy(graph, node).or(() -> Parts.Part.takenBy(graph, node));
    Optional<Parts> parts =
        part.flatMap(own -> Parts.of(graph, own.piece().whole()))
            .filter(all -> all.scales() && all.endingAt(node).isPresent());
    if (parts.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    boolean stays = part.get().affine().isEmpty();
    return switch (parts.get().search(graph)) {
      case Search.Obstacle obstacle ->
          obstacle.reachedLinear() && !stays
              ? Outcome.declined(obstacle.reason())
              : Outcome.NOT_APPLICABLE;
      case Search.Found found when stays -> taken(out, node, parts.get(), found);
      case Search.Found found ->
          FoldChannelAffine.folded(
              out, node, agreed(parts.get()), part.get().piece().of(graph, found));
    };
  }

  private static Preconditions agreed(Parts parts) {
    return Preconditions.NONE.and(
        "all that read `%s` take parts of it, and agree on each element"
            .formatted(parts.whole().name()));
  }

  /// The same part of what was found for the whole.
  private static Outcome taken(Rewriter out, Node node, Parts parts, Search.Found found) {
    List<Value> operands = new ArrayList<>(node.inputs());
    operands.set(0, found.rebuilt().emit(out));
    out.replace(node, node.op(), operands);
    List<Node> matched = new ArrayList<>(List.of(node));
    matched.addAll(found.nodes());
    return Outcome.replaced(
        "stays a part of what takes in %s: %s"
            .formatted(parts.labels(), String.join("; ", found.effects())),
        agreed(parts).and("it takes none that is scaled or shifted").and(found::checked),
        matched);
  }
}
