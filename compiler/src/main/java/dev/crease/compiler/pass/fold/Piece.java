package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.SoleUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is read off a value that others read too: a part of a convolution's result, say. It can be
/// scaled and shifted there if all that read the value agree on each of its elements.
///
/// @param whole the value
/// @param path the nodes that lead from it to the piece, the last one first
/// @param affine what must be done to the value for the piece's sake
/// @param read doubles what the piece reads, and leaves the rest alone
record Piece(Value whole, List<Node> path, Affine affine, Affine read) {
  Piece {
    path = List.copyOf(path);
  }

  /// Goes back from `value`, at most `steps` nodes, to the first value that has other uses.
  static Optional<Piece> of(Graph graph, Value value, Affine affine, int steps) {
    Optional<Piece> piece = Optional.of(new Piece(value, List.of(), affine, affine.doubling()));
    for (int step = 0; step < steps && piece.isPresent(); step++) {
      if (graph.uses(piece.get().whole) > 1) {
        return piece;
      }
      piece = piece.get().before(graph);
    }
    return Optional.empty();
  }

  /// What `node` takes off its first operand, to be left as it is.
  static Optional<Piece> taken(Graph graph, Node node) {
    Affine nothing = Affine.identity(node.output().type().rank());
    return new Piece(node.output(), List.of(), nothing, nothing.doubling()).before(graph, node);
  }

  private Optional<Piece> before(Graph graph) {
    return graph.producer(whole).flatMap(node -> before(graph, node));
  }

  private Optional<Piece> before(Graph graph, Node node) {
    if (graph.constant(whole).isPresent() || LinearOperator.of(graph, node).isPresent()) {
      return Optional.empty();
    }
    List<Node> longer = new ArrayList<>(path);
    longer.add(node);
    Commuting commuting = new Commuting(graph, node);
    return only(commuting.ways(affine))
        .flatMap(
            asked ->
                commuting.read(read).map(reads -> new Piece(node.input(0), longer, asked, reads)));
  }

  /// What is to be done to the first operand, if that is the only thing that will do.
  private static Optional<Affine> only(List<List<Affine>> ways) {
    return ways.size() == 1 && ways.getFirst().size() == 1
        ? Optional.of(ways.getFirst().getFirst())
        : Optional.empty();
  }

  /// What must be done to the value that they are all read off; empty if two ask for different
  /// things of an element.
  static Optional<Affine> agreed(List<Piece> pieces) {
    Affine all = pieces.getFirst().affine;
    Affine read = pieces.getFirst().read;
    for (Piece piece : pieces.subList(1, pieces.size())) {
      Optional<Affine> both = all.beside(read, piece.affine, piece.read);
      if (both.isEmpty()) {
        return both;
      }
      all = both.get();
      read = read.or(piece.read);
    }
    return Optional.of(all);
  }

  /// The piece of what was found for the value.
  Search.Found of(Graph graph, Search.Found found) {
    Rebuilt rebuilt = found.rebuilt();
    Preconditions checked = Preconditions.NONE;
    for (Node node : path.reversed()) {
      Rebuilt operand = rebuilt;
      rebuilt =
          new Rebuilt.Computed(
              node,
              node.op(),
              out -> {
                List<Value> operands = new ArrayList<>(node.inputs());
                operands.set(0, operand.emit(out));
                return operands;
              });
      checked = checked.and(() -> SoleUse.of(graph, node)).and("it moves through " + node.label());
    }
    List<Node> nodes = new ArrayList<>(path);
    nodes.addAll(found.nodes());
    return new Search.Found(rebuilt, nodes, found.effects(), checked.and(found::checked));
  }
}
