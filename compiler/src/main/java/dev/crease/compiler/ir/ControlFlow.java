package dev.crease.compiler.ir;

import java.util.List;
import java.util.function.UnaryOperator;

/// The facet of operators with subgraphs, which may read values of the graphs around them.
public interface ControlFlow extends Op {
  /// The subgraphs, in the order of the schema's attributes.
  List<Graph> subgraphs();

  /// The same operator on other subgraphs, in the same order.
  ControlFlow withSubgraphs(List<Graph> subgraphs);

  /// `op` with what `change` makes of each of its subgraphs; `op` itself if it has none.
  static Op changed(Op op, UnaryOperator<Graph> change) {
    return op instanceof ControlFlow control
        ? control.withSubgraphs(control.subgraphs().stream().map(change).toList())
        : op;
  }
}
