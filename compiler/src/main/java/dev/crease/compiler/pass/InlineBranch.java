package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.control.If;
import java.util.Optional;

/// `If(true; then, else) -> then`, `If(false; then, else) -> else`
///
/// Fires if the condition is known while compiling. The other branch is gone, and with it what only
/// it needed.
final class InlineBranch implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof If branches)) {
      return Outcome.NOT_APPLICABLE;
    }
    Value condition = node.input(0);
    Optional<Graph> taken = branches.taken(out.source().elements(condition));
    if (taken.isEmpty()) {
      return Outcome.declined(
          "its condition `%s` is not known while compiling".formatted(condition.name()));
    }
    out.replaceBy(node, out.inline(taken.get()));
    boolean then = taken.get() == branches.thenBranch();
    return Outcome.replaced(
        "is its " + (then ? "then_branch" : "else_branch"),
        Preconditions.NONE.and(
            "the condition `%s` is known to be %s".formatted(condition.name(), then)),
        node);
  }
}
