package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operands of one reference evaluation.
///
/// @param outputs how many results the node asks for
/// @param subgraphs runs the subgraphs of the operator's attributes
public record EvaluationInputs(
    List<@Nullable DoubleTensor> tensors, int outputs, SubgraphEvaluator subgraphs) {
  public EvaluationInputs {
    tensors = Collections.unmodifiableList(new ArrayList<>(tensors));
  }

  /// Runs a subgraph where its node stands: with the values it captures.
  @FunctionalInterface
  public interface SubgraphEvaluator {
    /// The outputs of `subgraph`, in order.
    ///
    /// @param inputs one for each of its inputs, in order
    List<DoubleTensor> evaluate(Graph subgraph, List<DoubleTensor> inputs);
  }

  /// Operands of an operator without subgraphs.
  public EvaluationInputs(List<@Nullable DoubleTensor> tensors, int outputs) {
    this(
        tensors,
        outputs,
        (subgraph, _) -> {
          throw new IllegalStateException("nothing runs the subgraph " + subgraph.name());
        });
  }

  public static EvaluationInputs of(DoubleTensor... tensors) {
    return new EvaluationInputs(List.of(tensors), 1);
  }

  public int count() {
    return tensors.size();
  }

  public boolean has(int index) {
    return index < tensors.size() && tensors.get(index) != null;
  }

  /// @throws IllegalArgumentException if the operand is left out
  public DoubleTensor get(int index) {
    DoubleTensor tensor = index < tensors.size() ? tensors.get(index) : null;
    if (tensor == null) {
      throw new IllegalArgumentException("operand " + index + " is left out");
    }
    return tensor;
  }
}
