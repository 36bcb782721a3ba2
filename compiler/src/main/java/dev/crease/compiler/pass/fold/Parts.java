package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// All that is read of a value, if each reader takes elements of it: to scale and shift them, or as
/// they are.
///
/// @param whole the value
/// @param parts one for each use of it
record Parts(Value whole, List<Part> parts) {
  private static final int MAX_STEPS = 16;

  Parts {
    parts = List.copyOf(parts);
  }

  /// What is read of a value.
  ///
  /// @param end the node that scales and shifts it; else the one that takes it
  /// @param affine the first of both, if there is one
  /// @param piece what that asks of the value
  record Part(Node end, Optional<AffineNode> affine, Piece piece) {
    /// What `node` scales and shifts, if it is taken off a value that others read too.
    static Optional<Part> scaledBy(Graph graph, Node node) {
      return AffineNode.of(graph, node)
          .flatMap(
              affine ->
                  Piece.of(graph, affine.x(), affine.affine(), MAX_STEPS)
                      .filter(Part::picks)
                      .map(piece -> new Part(node, Optional.of(affine), piece)));
    }

    private static boolean picks(Piece piece) {
      return piece.path().stream().anyMatch(Part::picks);
    }

    private static boolean picks(Node node) {
      return switch (node.op()) {
        case Slice _, Gather _ -> true;
        default -> false;
      };
    }

    /// What `node` takes off its operand for others, as it is.
    static Optional<Part> takenBy(Graph graph, Node node) {
      return picks(node)
          ? Piece.taken(graph, node).map(piece -> new Part(node, Optional.empty(), piece))
          : Optional.empty();
    }

    private static Optional<Part> of(Graph graph, Node reader, Value whole) {
      Node node = reader;
      for (int step = 0; step < MAX_STEPS; step++) {
        boolean single =
            node.outputs().size() == 1
                && !graph.isOutput(node.output())
                && graph.uses(node.output()) == 1;
        if (!single) {
          break;
        }
        node = graph.consumers(node.output()).getFirst();
        Optional<Part> scaled =
            scaledBy(graph, node).filter(part -> part.piece.whole().equals(whole));
        if (scaled.isPresent()) {
          return scaled;
        }
      }
      return takenBy(graph, reader);
    }
  }

  /// What is read of `whole`; empty if anything reads it in another way.
  static Optional<Parts> of(Graph graph, Value whole) {
    List<Part> parts = new ArrayList<>();
    for (Node reader : graph.consumers(whole)) {
      boolean once =
          Collections.frequency(reader.reads(), whole) == 1 && reader.input(0).equals(whole);
      Optional<Part> part = once ? Part.of(graph, reader, whole) : Optional.empty();
      if (part.isEmpty()) {
        return Optional.empty();
      }
      parts.add(part.get());
    }
    return Optional.of(new Parts(whole, parts));
  }

  Optional<Part> endingAt(Node node) {
    return parts.stream().filter(part -> part.end.equals(node)).findFirst();
  }

  private List<AffineNode> scaled() {
    return parts.stream().flatMap(part -> part.affine.stream()).toList();
  }

  boolean scales() {
    return !scaled().isEmpty();
  }

  /// The nodes that scale and shift parts, for people.
  String labels() {
    return scaled().stream().map(each -> each.node().label()).collect(Collectors.joining(", "));
  }

  /// Where all that is asked of the value can go. It must be as exact as the part with the smallest
  /// results asks for.
  Search search(Graph graph) {
    List<Piece> pieces = parts.stream().map(Part::piece).toList();
    Optional<Affine> agreed = Piece.agreed(pieces);
    if (agreed.isEmpty()) {
      return Search.Obstacle.reached(
          "elements of `%s` are read more than once, to scale or shift them differently"
              .formatted(whole.name()));
    }
    double size =
        scaled().stream()
            .mapToDouble(each -> each.affine().size())
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    String shiftName = scaled().getFirst().shiftName().name();
    return new Upstream(graph, shiftName).search(whole, agreed.get().sized(size), parts.size());
  }
}
