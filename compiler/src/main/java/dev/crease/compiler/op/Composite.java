package dev.crease.compiler.op;

import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// The facet of operators that are defined by others.
public interface Composite extends Op {
  /// Adds nodes that compute `node`'s results from `inputs` and returns the results. The values may
  /// have made-up names.
  List<Value> expand(Node node, List<Value> inputs, GraphBuilder out);
}
