package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.Primitive;
import dev.crease.runtime.plan.Activation;
import java.util.Optional;

/// An operator that applies one scalar function to each element of its first operand. Such a
/// function can be fused into the operator before it.
public interface ScalarFunction extends Primitive {
  /// The function as the plan has it, if its parameters are known while compiling.
  Optional<Activation> activation(Node node, Graph graph);
}
