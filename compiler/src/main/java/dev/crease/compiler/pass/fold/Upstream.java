package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Activations;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.plan.Activation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Looks for the linear operators that compute a value, to scale and shift it there: `a(f(x, W, b))
/// -> f(x, W', b')`, through operators that `a` moves through, into all operands of a Concat or
/// none; operands that are read off one value are asked for together.
final class Upstream {
  private static final int MAX_STEPS = 16;

  private final Graph graph;
  private final String shiftName;
  private final Optional<FoldOptions> copies;
  private final Map<Node, Boolean> goneFirst = new HashMap<>();

  /// @param shiftName where the name of a new bias comes from
  Upstream(Graph graph, String shiftName) {
    this(graph, shiftName, Optional.empty());
  }

  /// @param copies what an operator may cost that is computed a second time
  Upstream(Graph graph, String shiftName, FoldOptions copies) {
    this(graph, shiftName, Optional.of(copies));
  }

  private Upstream(Graph graph, String shiftName, Optional<FoldOptions> copies) {
    this.graph = graph;
    this.shiftName = shiftName;
    this.copies = copies;
  }

  Search search(Value value, Affine affine) {
    return search(value, affine, MAX_STEPS, 1);
  }

  /// @param uses how often the value is used by those who ask for this
  Search search(Value value, Affine affine, int uses) {
    return search(value, affine, MAX_STEPS, uses);
  }

  private Search search(Value value, Affine affine, int steps, int uses) {
    Optional<Constant> constant = graph.constant(value);
    Optional<Node> producer = graph.producer(value);
    if (constant.isPresent() || producer.isEmpty()) {
      return Search.Obstacle.missed(noProducer(value));
    }
    if (steps <= 0) {
      return Search.Obstacle.missed(
          "the search for a linear operator stops after %d operators".formatted(MAX_STEPS));
    }
    Node node = producer.get();
    Optional<LinearOperator> linear =
        LinearOperator.of(graph, node).filter(LinearOperator::endsLinear);
    if (linear.isPresent()) {
      return fold(linear.get(), affine, uses);
    }
    Optional<AffineNode> another = AffineNode.of(graph, node);
    if (another.isPresent()) {
      Search together = through(another.get(), affine, steps, uses);
      return together instanceof Search.Obstacle && isApart(another.get(), affine, steps)
          ? ways(node, affine)
              .map(ways -> through(node, ways, affine, steps, uses))
              .filter(Search.Found.class::isInstance)
              .orElse(together)
          : together;
    }
    return ways(node, affine)
        .map(ways -> through(node, ways, affine, steps, uses))
        .or(() -> Filled.up(graph, node, affine).map(fill -> through(node, fill, steps, uses)))
        .orElseGet(() -> Search.Obstacle.missed(inBetween(node, affine)));
  }

  private Optional<List<List<Affine>>> ways(Node node, Affine affine) {
    return Optional.of(new Commuting(graph, node).ways(affine)).filter(ways -> !ways.isEmpty());
  }

  /// Whether another scale and shift is along an axis of its own, and stays where it is.
  private boolean isApart(AffineNode another, Affine affine, int steps) {
    boolean apart =
        IntStream.range(0, affine.rank())
            .anyMatch(
                axis -> affine.isUniformAlong(axis) && !another.affine().isUniformAlong(axis));
    return apart && !affine.isScalar() && !goesFirst(another, steps);
  }

  private Search through(Node node, List<List<Affine>> ways, Affine affine, int steps, int uses) {
    boolean several = ways.getFirst().size() > 1;
    Search first = through(node, operands(node, ways.getFirst(), steps), several, uses);
    return ways.stream()
        .skip(first instanceof Search.Found || !affine.shifts() ? ways.size() : 1)
        .map(way -> through(node, operands(node, way, steps), several, uses))
        .filter(Search.Found.class::isInstance)
        .findFirst()
        .orElse(first);
  }

  /// What is found for the first operands of a node, up to the first that has an obstacle.
  private List<Search> operands(Node node, List<Affine> affines, int steps) {
    boolean several = affines.size() > 1;
    Pieces pieces = several ? Pieces.of(graph, node, affines, steps) : Pieces.NONE;
    Map<Value, Search> wholes = new HashMap<>();
    List<Search> found = new ArrayList<>();
    for (int i = 0; i < affines.size(); i++) {
      Value operand = node.input(i);
      Affine affine = affines.get(i);
      Supplier<Search> alone = () -> operand(operand, affine, several, steps);
      Optional<Piece> piece = pieces.get(i).filter(_ -> graph.constant(operand).isEmpty());
      Search next =
          piece.isPresent()
              ? piece(piece.get(), pieces.ofWhole(piece.get().whole()), wholes, steps, alone)
              : alone.get();
      found.add(next);
      if (next instanceof Search.Obstacle) {
        break;
      }
    }
    return found;
  }

  /// @param all the pieces of the same value
  /// @param wholes what was found for such values
  /// @param alone finds what there is for the piece without the others
  private Search piece(
      Piece piece, List<Piece> all, Map<Value, Search> wholes, int steps, Supplier<Search> alone) {
    Value whole = piece.whole();
    Optional<Affine> agreed = Piece.agreed(all);
    if (agreed.isEmpty()) {
      return switch (alone.get()) {
        case Search.Found copy -> copy;
        case Search.Obstacle obstacle ->
            Search.Obstacle.reached(
                "elements of `%s` are read more than once, to scale or shift them differently; %s"
                    .formatted(whole.name(), obstacle.reason()));
      };
    }
    int left = steps - 1 - piece.path().size();
    Search search =
        wholes.computeIfAbsent(whole, _ -> search(whole, agreed.get(), left, all.size()));
    return search instanceof Search.Found found ? piece.of(graph, found) : search;
  }

  /// @param several whether it is one of several: then one that others read too, which could be
  ///   reached in many ways, is not looked into, and one that stays as it is, or is a constant,
  ///   needs no linear operator
  private Search operand(Value value, Affine affine, boolean several, int steps) {
    if (several && !affine.scales() && !affine.shifts()) {
      return new Search.Found(
          new Rebuilt.Existing(value), List.of(), List.of(), Preconditions.NONE);
    }
    Optional<Constant> constant = graph.constant(value);
    if (several && constant.isPresent()) {
      return new ShiftedConstant(value, constant.get(), affine).search();
    }
    Optional<String> shared =
        graph
            .producer(value)
            .filter(producer -> several && LinearOperator.of(graph, producer).isEmpty())
            .flatMap(producer -> SoleUse.of(graph, producer).obstacle());
    return shared
        .<Search>map(Search.Obstacle::reached)
        .orElseGet(() -> search(value, affine, steps - 1, 1));
  }

  private String noProducer(Value value) {
    return ConstantOperands.missing(graph, List.of(value))
        .map(origin -> "its input " + origin)
        .orElse("its input `%s` is a constant".formatted(value.name()));
  }

  /// @param several whether the node has more operands than one to be done something to
  private Search through(Node node, List<Search> found, boolean several, int uses) {
    for (Search each : found) {
      if (each instanceof Search.Obstacle obstacle) {
        return several ? obstacle.behind(node.label()) : obstacle;
      }
    }
    List<Search.Found> all = found.stream().map(Search.Found.class::cast).toList();
    if (all.stream().allMatch(each -> each.nodes().isEmpty())) {
      return Search.Obstacle.missed("no operand of %s is computed".formatted(node.label()));
    }
    Preconditions checked = SoleUse.of(graph, node, uses).and("it moves through " + node.label());
    for (Search.Found each : all) {
      checked = checked.and(each::checked);
    }
    if (!checked.hold()) {
      return Search.Obstacle.reached(checked.obstacle().get());
    }
    List<Node> nodes = new ArrayList<>(List.of(node));
    all.forEach(each -> nodes.addAll(each.nodes()));
    return new Search.Found(
        new Rebuilt.Computed(
            node,
            node.op(),
            out -> {
              List<Value> operands = new ArrayList<>(node.inputs());
              for (int i = 0; i < all.size(); i++) {
                operands.set(i, all.get(i).rebuilt().emit(out));
              }
              return operands;
            }),
        nodes.stream().distinct().toList(),
        all.stream().flatMap(each -> each.effects().stream()).distinct().toList(),
        checked);
  }

  /// Both scales and shifts go on together, unless the other one can go by itself: it does so
  /// first, since the linear operator is rewritten once in a sweep.
  private Search through(AffineNode another, Affine affine, int steps, int uses) {
    Node node = another.node();
    Search before = search(another.x(), another.affine().then(affine), steps - 1, 1);
    if (!(before instanceof Search.Found found)) {
      return before;
    }
    if (goesFirst(another, steps)) {
      return Search.Obstacle.missed(inBetween(node, affine));
    }
    Preconditions checked =
        SoleUse.of(graph, node, uses)
            .and("%s is another scale and shift".formatted(node.label()))
            .and(found::checked);
    if (!checked.hold()) {
      return Search.Obstacle.reached(checked.obstacle().get());
    }
    List<Node> nodes = new ArrayList<>(List.of(node));
    nodes.addAll(found.nodes());
    return new Search.Found(found.rebuilt(), nodes, found.effects(), checked);
  }

  /// Asked once for each, since every one in a row asks for the one before it.
  private boolean goesFirst(AffineNode another, int steps) {
    Boolean known = goneFirst.get(another.node());
    if (known == null) {
      known = search(another.x(), another.affine(), steps - 1, 1) instanceof Search.Found;
      goneFirst.put(another.node(), known);
    }
    return known;
  }

  private Search through(Node node, Filled filled, int steps, int uses) {
    Optional<String> defect = filled.defect(node.output().type().element());
    if (defect.isPresent()) {
      return Search.Obstacle.reached(defect.get());
    }
    Search operand = search(node.input(0), filled.affine(), steps - 1, 1);
    if (!(operand instanceof Search.Found found)) {
      return operand;
    }
    Preconditions checked =
        SoleUse.of(graph, node, uses)
            .and("%s then adds one number for each channel".formatted(node.label()))
            .and(found::checked);
    if (!checked.hold()) {
      return Search.Obstacle.reached(checked.obstacle().get());
    }
    List<Node> nodes = new ArrayList<>(List.of(node));
    nodes.addAll(found.nodes());
    return new Search.Found(filled.rebuilt(node, found.rebuilt()), nodes, found.effects(), checked);
  }

  private Search fold(LinearOperator linear, Affine affine, int uses) {
    Preconditions unshared = SoleUse.of(graph, linear.node(), uses);
    if (unshared.hold()) {
      return fold(linear, affine, unshared, false);
    }
    String used = unshared.obstacle().get();
    if (copies.isEmpty()
        || !(fold(linear, affine, Preconditions.NONE, true) instanceof Search.Found copy)) {
      return Search.Obstacle.reached(used);
    }
    double products = linear.products();
    return products <= copies.get().cloneLimit()
        ? copy.and(
            "an element of the result of %s takes at most %.0f multiplications"
                .formatted(linear.label(), copies.get().cloneLimit()))
        : Search.Obstacle.reached(
            "%s; --clone-limit %.0f would copy it"
                .formatted(used, Math.max(1, Math.ceil(products))));
  }

  /// @param first what was asked before
  /// @param beside whether the operator stays, with what it takes in done to a copy
  private Search fold(LinearOperator linear, Affine affine, Preconditions first, boolean beside) {
    Preconditions known = first.and(linear::constants).and(affine::foldable);
    if (!known.hold()) {
      return Search.Obstacle.reached(known.obstacle().get());
    }
    Optional<Affine> channels = affine.along(linear.outputAxis(), linear.outputs());
    if (channels.isEmpty()) {
      return Search.Obstacle.reached(
          "it is neither a scalar nor aligned with the channels of " + linear.label());
    }
    boolean onlyMoves = !linear.takesBias() && !affine.scales();
    if (onlyMoves) {
      return Search.Obstacle.missed(linear.label() + " has no bias to shift");
    }
    FoldedOperator folded = folded(linear, channels.get());
    Preconditions checked =
        known
            .and("it is a scalar, or aligned with the channels of " + linear.label())
            .and(folded::storable)
            .and(
                Cancellation.FACT.formatted("the folded bias", linear.element()),
                () -> cancellation(linear, channels.get(), folded.bias()));
    if (!checked.hold()) {
      return Search.Obstacle.reached(checked.obstacle().get());
    }
    return new Search.Found(
        beside ? folded.copy() : folded.rebuilt(),
        List.of(linear.node()),
        List.of("%s%s, %s".formatted(beside ? "a copy of " : "", linear.label(), folded.effect())),
        checked);
  }

  private FoldedOperator folded(LinearOperator linear, Affine channels) {
    double[] bias = linear.addend();
    for (int i = 0; i < bias.length; i++) {
      bias[i] = channels.apply(i % channels.elements(), bias[i]);
    }
    return new FoldedOperator(
        linear,
        new Rebuilt.Existing(linear.dataValue()),
        channels.scales()
            ? Optional.of(new Scaling(channels.slope(), linear.walk().outputOf()))
            : Optional.empty(),
        bias,
        shiftName,
        Optional.empty());
  }

  /// Where the mean is very large beside the deviation, the folded weights' sum and the folded bias
  /// nearly cancel, and each was rounded by up to a unit roundoff of its size.
  private static Optional<String> cancellation(
      LinearOperator linear, Affine affine, double[] folded) {
    double most = Cancellation.most(linear.element()) * affine.size();
    for (int c = 0; c < folded.length; c++) {
      if (Math.abs(folded[c]) > most) {
        return Optional.of(
            "cancellation bound exceeded: channel %d would take %.3g off sums to leave about %.3g"
                .formatted(c % affine.elements(), Math.abs(folded[c]), affine.size()));
      }
    }
    return Optional.empty();
  }

  /// Names what computes the value, and the operator further back that it could go into, if there
  /// is one.
  private String inBetween(Node node, Affine affine) {
    if (node.op() instanceof FusedConv fused) {
      return "%s stands between it and the convolution in %s"
          .formatted(
              fused.activation().equals(Activation.NONE)
                  ? "a residual"
                  : Activations.operator(fused.activation()),
              node.label());
    }
    Optional<Node> back = Optional.of(node);
    for (int step = 0; step < MAX_STEPS && back.isPresent(); step++) {
      back = graph.producer(back.get().input(0));
      Optional<LinearOperator> linear = back.flatMap(n -> LinearOperator.of(graph, n));
      if (linear.isPresent()) {
        return "%s stands between it and %s%s"
            .formatted(
                node.label(), linear.get().label(), new Immovable(graph, node, affine).because());
      }
    }
    return "its input comes from %s, not from a linear operator".formatted(node.label());
  }
}
