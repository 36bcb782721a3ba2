package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import dev.crease.compiler.pass.Preconditions;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Asks whether a scale and shift can go into all linear operators that read it, in any way: then
/// it is gone; if only some could take it, it would stay and nothing be won.
///
/// Linear operators that read several scales and shifts, through a Concat, tie these together: all
/// of them must go.
final class Downstream {
  private final Graph graph;
  private final Set<Node> asked = new HashSet<>();
  private final Deque<Node> open = new ArrayDeque<>();

  private Downstream(Graph graph) {
    this.graph = graph;
  }

  /// That the scale and shift of `node` need not stay.
  static Preconditions takenByAll(Graph graph, Node node) {
    Downstream downstream = new Downstream(graph);
    downstream.open.add(node);
    Preconditions checked = Preconditions.NONE;
    while (checked.hold() && !downstream.open.isEmpty()) {
      Node next = downstream.open.remove();
      if (downstream.asked.add(next)) {
        checked =
            checked
                .and(
                    next.op() instanceof BatchNormalization norm
                        ? () -> AffineNode.normalizes(graph, next, norm)
                        : () -> Preconditions.NONE)
                .and(() -> downstream.ofReaders(next.output()));
      }
    }
    return checked;
  }

  /// That all that read `value` can do without what it scales and shifts.
  private Preconditions ofReaders(Value value) {
    Preconditions checked =
        Preconditions.of(
            "`%s` is no output of the graph".formatted(value.name()),
            graph.isOutput(value)
                ? Optional.of("`%s` is an output of the graph".formatted(value.name()))
                : Optional.empty());
    for (Node reader : graph.consumers(value)) {
      checked = checked.and(() -> ofReader(reader, value));
    }
    return checked;
  }

  private Preconditions ofReader(Node reader, Value value) {
    if (reader.op() instanceof Shape || reader.op() instanceof Size) {
      return Preconditions.NONE.and("%s asks for a shape alone".formatted(reader.label()));
    }
    Optional<LinearOperator> linear = LinearOperator.of(graph, reader);
    boolean once = Collections.frequency(reader.reads(), value) == 1;
    if (linear.isPresent() && once && linear.get().dataValue().equals(value)) {
      return ofLinear(linear.get(), value);
    }
    Optional<Pulled> through =
        reader.outputs().size() == 1 && isData(reader, value)
            ? Pulled.of(graph, reader.output())
            : Optional.empty();
    if (through.isEmpty()
        || through.get().nodes().getFirst() != reader
        || startsAt(reader, through.get())) {
      return Preconditions.unmet(
          "it does not move through %s%s".formatted(reader.label(), because(reader, value)));
    }
    return Preconditions.NONE
        .and("it moves through " + reader.label())
        .and(() -> ofReaders(reader.output()));
  }

  private String because(Node reader, Value value) {
    return Pulled.of(graph, value)
        .map(pulled -> new Immovable(graph, reader, pulled.affine()).because())
        .orElse("");
  }

  /// Whether nothing but the data of a node is `value`.
  private boolean isData(Node reader, Value value) {
    Optional<AffineNode> affine = AffineNode.of(graph, reader);
    if (affine.isPresent()) {
      return affine.get().x().equals(value);
    }
    return new Commuting(graph, reader).data().contains(value)
        && (new Commuting(graph, reader).data().size() == reader.inputs().size()
            || Collections.frequency(reader.reads(), value) == 1);
  }

  /// Whether the reader is a scale and shift of its own, and what is before it stays there.
  private static boolean startsAt(Node reader, Pulled through) {
    return through.sources().stream().anyMatch(source -> source.node() == reader);
  }

  private Preconditions ofLinear(LinearOperator linear, Value value) {
    Pulled pulled = Pulled.of(graph, value).orElseThrow();
    pulled.sources().forEach(source -> open.add(source.node()));
    return new InputFold(linear, pulled.affine(), pulled.numbers()).possible();
  }
}
