package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Node;

/// A rewrite, in the shape of a flat-map: each node of the source graph is kept, or replaced by
/// what the rule emits into the rewriter.
///
/// A rule that returns anything but [Outcome.Replaced] must have emitted nothing; the runner then
/// keeps the node. Rules hold no state between nodes.
@FunctionalInterface
public interface Rule {
  Outcome rewrite(Rewriter out, Node node);
}
