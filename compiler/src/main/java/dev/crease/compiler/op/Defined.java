package dev.crease.compiler.op;

import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// The facet of operators that are defined by a text in the Crease language: in the resource
/// `X.crease` beside a class `X`, the block of the operator's name.
///
/// The block's parameters are those of the operator's operands and attributes that it needs, by
/// their names; what a node leaves out is `_`. It returns all of the operator's results; what
/// nothing reads is not computed. The class has the operator's signature and its evaluation, which
/// share nothing with the text, so that each checks the other.
public interface Defined extends Composite {
  @Override
  default List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    return Definitions.provided().expand(node, inputs, out);
  }
}
