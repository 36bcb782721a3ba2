package dev.crease.compiler.op;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;

/// The facet of operators that become instructions of the plan.
public interface Primitive extends Op {
  /// Emits the instructions of `node`, whose operator this is. Must give every result that is used
  /// a slot by [Lowering#write].
  ///
  /// Not called where the only result is a list of integers that follow from the inputs' shapes
  /// ([dev.crease.compiler.ir.ShapeArithmetic]): those become expressions of the plan, whatever
  /// operator computes them.
  ///
  /// @throws UnsupportedNodeException if the node's types or attributes have no instruction yet
  void lower(Node node, Lowering to);
}
