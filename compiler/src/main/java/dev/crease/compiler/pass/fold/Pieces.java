package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The operands of a node as pieces of values that all their readers read for this node alone.
final class Pieces {
  /// No operand is one.
  static final Pieces NONE = new Pieces(List.of());

  private final List<Optional<Piece>> pieces;

  private Pieces(List<Optional<Piece>> pieces) {
    this.pieces = pieces;
  }

  /// @param affines what must be done to each of the first operands
  /// @param steps the most nodes to go back
  static Pieces of(Graph graph, Node node, List<Affine> affines, int steps) {
    List<Optional<Piece>> all =
        IntStream.range(0, affines.size())
            .mapToObj(i -> Piece.of(graph, node.input(i), affines.get(i), steps))
            .toList();
    return new Pieces(
        all.stream()
            .map(piece -> piece.filter(p -> isReadByAll(graph, p.whole(), ofWhole(all, p.whole()))))
            .toList());
  }

  /// Whether nothing else reads `whole`, and something is to be done to it.
  private static boolean isReadByAll(Graph graph, Value whole, List<Piece> all) {
    return graph.uses(whole) == all.size()
        && all.stream().anyMatch(piece -> piece.affine().scales() || piece.affine().shifts());
  }

  private static List<Piece> ofWhole(List<Optional<Piece>> all, Value whole) {
    return all.stream()
        .flatMap(Optional::stream)
        .filter(piece -> piece.whole().equals(whole))
        .toList();
  }

  Optional<Piece> get(int i) {
    return i < pieces.size() ? pieces.get(i) : Optional.empty();
  }

  /// All pieces of a value.
  List<Piece> ofWhole(Value whole) {
    return ofWhole(pieces, whole);
  }
}
