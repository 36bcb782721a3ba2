package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Split(x) -> Slice(x, 0, a), Slice(x, a, b), ...`
///
/// Fires if it is known where the parts begin, for those that are used.
final class SplitIntoSlices implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof Split split)) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<long[]> bounds = split.bounds(node, out.source());
    if (bounds.isEmpty()) {
      return Outcome.declined("the lengths of its parts are not known");
    }
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      boolean used = !node.output(i).isAbsent();
      parts.add(used ? part(out, node, i, bounds.get()) : Value.ABSENT);
    }
    out.replaceBy(node, parts);
    return Outcome.replaced(
        "is slices", Preconditions.NONE.and("it is known where its parts begin"), node);
  }

  private static Value part(Rewriter out, Node node, int i, long[] bounds) {
    String name = node.output(i).name();
    long axis = node.op().attributes().integer("axis");
    return out.emit(
        name,
        new Slice(),
        node.input(0),
        out.constant(name + ".start", Constant.ofLongs(bounds[i])),
        out.constant(name + ".end", Constant.ofLongs(bounds[i + 1])),
        out.constant(name + ".axis", Constant.ofLongs(axis)));
  }
}
