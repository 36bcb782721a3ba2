package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Dropout;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `y = f(x, c); z = f(x, c) -> y = z = f(x, c)`
///
/// Fires for the later of two nodes with equal operators and operands; small constants are equal if
/// their elements are. Operators with subgraphs or with chance in them are left alone, and linear
/// ones that a normalization can still go into.
final class MergeEqualNodes implements Rule {
  private static final int MAX_COMPARED_ELEMENTS = 256;
  private static final Set<String> LINEAR = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  /// Nodes with equal keys compute equal results.
  private record Key(Op op, List<Object> operands) {}

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    boolean computed =
        node.inputs().stream()
            .anyMatch(value -> !value.isAbsent() && graph.constant(value).isEmpty());
    if (!computed
        || node.op() instanceof Dropout
        || node.op() instanceof ControlFlow
        || normalizes(graph, node)) {
      return Outcome.NOT_APPLICABLE;
    }
    List<Object> operands = node.inputs().stream().map(value -> content(out, value)).toList();
    Node first = out.first(new Key(node.op(), operands), node);
    if (first == node || !givesAll(first, node)) {
      return Outcome.NOT_APPLICABLE;
    }
    out.replaceBy(node, first.outputs());
    return Outcome.replaced(
        "merged with " + first.label(),
        Preconditions.NONE
            .and("operator and operands are equal to those of " + first.label())
            .and("there is no chance and no subgraph in it")
            .and("no normalization is still to go into it")
            .and("results have equal types"),
        node);
  }

  /// Whether a normalization reads the result, and nothing else does: it goes into the node first.
  private static boolean normalizes(Graph graph, Node node) {
    if (!LINEAR.contains(node.op().schema().name())) {
      return false;
    }
    List<Node> readers = graph.consumers(node.output());
    return readers.size() == 1
        && readers.getFirst().op() instanceof BatchNormalization norm
        && !norm.trainingMode();
  }

  /// A small constant's elements; otherwise what stands for the value in the graph that is written,
  /// so that equal chains merge in one sweep.
  private static Object content(Rewriter out, Value value) {
    Optional<Constant> small =
        out.source().constant(value).filter(c -> c.elements() <= MAX_COMPARED_ELEMENTS);
    return small.isPresent() ? small.get() : out.map(value);
  }

  /// Whether `first` has the results that are asked of `node`, of the same types.
  private static boolean givesAll(Node first, Node node) {
    for (int i = 0; i < node.outputs().size(); i++) {
      Value wanted = node.output(i);
      Value given = first.output(i);
      if (!wanted.isAbsent() && (given.isAbsent() || !given.type().equals(wanted.type()))) {
        return false;
      }
    }
    return true;
  }
}
