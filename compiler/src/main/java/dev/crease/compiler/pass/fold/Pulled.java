package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A value seen as `a(y)`: the scale and shift of one or more nodes before it, moved to the end.
///
/// @param affine `a`
/// @param rest `y`
/// @param sources the nodes that scaled and shifted
/// @param nodes all nodes whose work this does
/// @param changes what became of nodes that are others then, for people
/// @param numbers that may stand for elements of `value`: limits of a clip, elements of a Pad
record Pulled(
    Affine affine,
    Rebuilt rest,
    List<AffineNode> sources,
    List<Node> nodes,
    List<String> changes,
    List<Double> numbers) {
  private static final int MAX_STEPS = 16;

  Pulled {
    sources = List.copyOf(sources);
    nodes = List.copyOf(nodes);
    changes = List.copyOf(changes);
    numbers = List.copyOf(numbers);
  }

  /// The value so, if there is a scale and shift before it that can be moved.
  static Optional<Pulled> of(Graph graph, Value value) {
    return of(graph, value, MAX_STEPS);
  }

  private static Optional<Pulled> of(Graph graph, Value value, int steps) {
    Optional<Node> producer = graph.producer(value);
    if (producer.isEmpty() || steps == 0) {
      return Optional.empty();
    }
    Node node = producer.get();
    Optional<AffineNode> source = AffineNode.of(graph, node);
    if (source.isPresent()) {
      AffineNode a = source.get();
      Optional<Pulled> before =
          AddedAcross.isAcross(graph, a) ? of(graph, a.x(), steps - 1) : Optional.empty();
      return before.flatMap(x -> across(graph, a, x)).or(() -> Optional.of(of(a)));
    }
    Commuting commuting = new Commuting(graph, node);
    List<Value> data = commuting.data();
    List<Optional<Pulled>> operands =
        data.stream().map(operand -> of(graph, operand, steps - 1)).toList();
    if (operands.stream().allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    List<Affine> affines =
        IntStream.range(0, data.size())
            .mapToObj(
                i ->
                    operands
                        .get(i)
                        .map(Pulled::affine)
                        .orElseGet(() -> Affine.identity(data.get(i).type().rank())))
            .toList();
    return commuting
        .down(affines)
        .map(affine -> moved(node, data, operands, affine))
        .or(() -> operands.getFirst().flatMap(operand -> clamped(graph, node, operand)))
        .or(() -> operands.getFirst().flatMap(operand -> filled(graph, node, operand)));
  }

  private static Pulled of(AffineNode source) {
    return new Pulled(
        source.affine(),
        new Rebuilt.Existing(source.x()),
        List.of(source),
        List.of(source.node()),
        List.of(),
        List.of());
  }

  /// What is before a constant that is added along another axis.
  private static Optional<Pulled> across(Graph graph, AffineNode added, Pulled x) {
    double known = x.numbers.stream().mapToDouble(Math::abs).max().orElse(0);
    return AddedAcross.of(graph, added, x.affine)
        .map(
            across ->
                x.behind(
                    added.node(),
                    across.affine(),
                    across.rebuilt(x.rest),
                    List.of(known + across.largest()),
                    "%s adds one vector for each channel".formatted(added.node().label())));
  }

  private static Pulled moved(
      Node node, List<Value> data, List<Optional<Pulled>> operands, Affine affine) {
    List<Rebuilt> rests =
        IntStream.range(0, data.size())
            .mapToObj(
                i ->
                    operands
                        .get(i)
                        .map(Pulled::rest)
                        .orElseGet(() -> new Rebuilt.Existing(data.get(i))))
            .toList();
    Rebuilt rest =
        new Rebuilt.Computed(
            node,
            node.op(),
            out -> {
              List<Value> values = new ArrayList<>(node.inputs());
              for (int i = 0; i < rests.size(); i++) {
                values.set(i, rests.get(i).emit(out));
              }
              return values;
            });
    List<AffineNode> sources = new ArrayList<>();
    List<Node> nodes = new ArrayList<>(List.of(node));
    List<String> changes = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    for (Optional<Pulled> operand : operands) {
      operand.ifPresent(
          pulled -> {
            sources.addAll(pulled.sources);
            nodes.addAll(pulled.nodes);
            changes.addAll(pulled.changes);
            numbers.addAll(pulled.numbers);
          });
    }
    return new Pulled(affine, rest, sources, nodes, changes, numbers);
  }

  private static Optional<Pulled> clamped(Graph graph, Node node, Pulled x) {
    return Clamped.of(graph, node, x.affine)
        .filter(clamped -> clamped.defect(node.output().type().element()).isEmpty())
        .map(
            clamped ->
                x.behind(
                    node,
                    clamped.affine(),
                    clamped.rebuilt(node, x.rest),
                    Limits.of(graph, node).orElseThrow().finite(),
                    "%s becomes a clamp with bounds for each channel".formatted(node.label())));
  }

  private static Optional<Pulled> filled(Graph graph, Node node, Pulled x) {
    return Filled.down(graph, node, x.affine)
        .filter(filled -> filled.defect(node.output().type().element()).isEmpty())
        .map(
            filled ->
                x.behind(
                    node,
                    filled.affine(),
                    filled.rebuilt(node, x.rest),
                    Arrays.stream(filled.given()).boxed().distinct().toList(),
                    "%s adds one number for each channel".formatted(node.label())));
  }

  /// What became of this behind a node that is another one then.
  private Pulled behind(
      Node node, Affine moved, Rebuilt changed, List<Double> added, String change) {
    List<Node> all = new ArrayList<>(List.of(node));
    all.addAll(nodes);
    List<String> told = new ArrayList<>(changes);
    told.add(change);
    List<Double> beside = new ArrayList<>(numbers);
    beside.addAll(added);
    return new Pulled(moved, changed, sources, all, told, beside);
  }
}
