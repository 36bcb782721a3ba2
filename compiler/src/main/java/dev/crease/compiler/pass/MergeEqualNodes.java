package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Dropout;
import java.util.Optional;

/// `y = f(x, c); z = f(x, c) -> y = z = f(x, c)`
///
/// Fires for the later of two nodes with equal operators and operands; small constants are equal if
/// their elements are. Operators with subgraphs or with chance in them are left alone.
final class MergeEqualNodes implements Rule {
  private static final int MAX_COMPARED_ELEMENTS = 256;

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Optional<Value> shared =
        node.inputs().stream()
            .filter(value -> !value.isAbsent() && graph.constant(value).isEmpty())
            .findFirst();
    if (shared.isEmpty() || node.op() instanceof Dropout || node.op() instanceof ControlFlow) {
      return Outcome.NOT_APPLICABLE;
    }
    for (Node earlier : graph.consumers(shared.get())) {
      if (earlier == node) {
        break;
      }
      if (isEqual(graph, earlier, node)) {
        out.replaceBy(node, earlier.outputs());
        return Outcome.replaced("merged with " + earlier.label(), node);
      }
    }
    return Outcome.NOT_APPLICABLE;
  }

  private static boolean isEqual(Graph graph, Node a, Node b) {
    if (!a.op().equals(b.op()) || a.inputs().size() != b.inputs().size()) {
      return false;
    }
    for (int i = 0; i < a.inputs().size(); i++) {
      if (!isEqual(graph, a.input(i), b.input(i))) {
        return false;
      }
    }
    for (int i = 0; i < b.outputs().size(); i++) {
      Value result = b.output(i);
      if (!result.isAbsent() && !a.output(i).type().equals(result.type())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEqual(Graph graph, Value a, Value b) {
    if (a.equals(b)) {
      return true;
    }
    Optional<Constant> first = graph.constant(a);
    Optional<Constant> second = graph.constant(b);
    return first.isPresent()
        && second.isPresent()
        && first.get().elements() <= MAX_COMPARED_ELEMENTS
        && first.get().equals(second.get());
  }
}
