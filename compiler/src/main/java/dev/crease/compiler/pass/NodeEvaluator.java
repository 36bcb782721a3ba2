package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.runtime.InvalidDataException;
import java.util.List;
import java.util.Optional;

/// Computes a node whose operands are known while compiling, as the runtime would.
@FunctionalInterface
public interface NodeEvaluator {
  /// Computes nothing: for compiling without constant folding.
  NodeEvaluator NONE = (_, _) -> Optional.empty();

  /// The node's results, one for each that is not left out, or empty if it cannot be computed yet.
  ///
  /// @param operands one for each operand of the node that is not left out, in order
  /// @throws InvalidDataException as a run of the node would
  Optional<List<Constant>> evaluate(Node node, List<Constant> operands);
}
