package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Value;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.GraphProto;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The branch of an `If` that every run takes. The other one need not be readable: often it is made
/// for shapes that the model does not have, and does not fit the ones it has.
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
    if (known.isEmpty()
        || !isBranch(branch(call, true), call)
        || !isBranch(branch(call, false), call)) {
      return Optional.empty();
    }
    return Optional.of(branch(call, known.getAsLong() != 0));
  }

  /// A branch of an `If`; an empty graph if it has none.
  static GraphProto branch(Call call, boolean condition) {
    String name = condition ? "then_branch" : "else_branch";
    return call.node().getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .map(AttributeProto::getG)
        .findFirst()
        .orElse(GraphProto.getDefaultInstance());
  }

  private static boolean isBranch(GraphProto graph, Call call) {
    return graph.getInputCount() == 0
        && graph.getOutputCount() > 0
        && graph.getOutputCount() >= call.node().getOutputCount();
  }
}
