package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Value;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.GraphProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The branch of an `If` that every run takes. The other one is not read: often it is made for
/// shapes that the model does not have, and does not fit the ones it has.
final class KnownBranch {
  private KnownBranch() {}

  /// The taken branch; empty if the condition is not known, or the node breaks a rule of `If`.
  static Optional<GraphProto> of(Call call, List<Value> operands, GraphBuilder out) {
    if (!call.domain().isEmpty()
        || !call.node().getOpType().equals("If")
        || operands.size() != 1
        || call.node().getAttributeCount() != 2) {
      return Optional.empty();
    }
    Optional<List<Dim>> condition = out.elementsOf(operands.getFirst());
    OptionalLong known =
        condition.isPresent() && condition.get().size() == 1
            ? condition.get().getFirst().known()
            : OptionalLong.empty();
    Map<String, GraphProto> branches = new HashMap<>();
    for (AttributeProto attribute : call.node().getAttributeList()) {
      branches.put(attribute.getName(), attribute.getG());
    }
    GraphProto then = branches.get("then_branch");
    GraphProto otherwise = branches.get("else_branch");
    if (known.isEmpty() || !isBranch(then, call) || !isBranch(otherwise, call)) {
      return Optional.empty();
    }
    return Optional.of(known.getAsLong() != 0 ? then : otherwise);
  }

  private static boolean isBranch(@Nullable GraphProto graph, Call call) {
    return graph != null
        && graph.getInputCount() == 0
        && graph.getOutputCount() > 0
        && graph.getOutputCount() >= call.node().getOutputCount();
  }
}
