package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Unsqueeze;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Computes small floating-point constants in double, to be rounded once: so `gamma / sqrt(variance
/// + epsilon)`, written as a chain of nodes, comes to a fold as if it were one formula. Functions
///   that jump, as Floor does, would carry a last digit into whole numbers: they, and all else, are
///   computed as another evaluator does it.
final class DoubleEvaluator implements NodeEvaluator {
  /// Parameters of channels; weights stay in their own type.
  private static final int MAX_ELEMENTS = 1 << 16;

  private final NodeEvaluator otherwise;

  DoubleEvaluator(NodeEvaluator otherwise) {
    this.otherwise = otherwise;
  }

  @Override
  public Optional<List<Constant>> evaluate(Node node, List<Constant> operands) {
    boolean applies =
        node.outputs().size() == 1
            && node.output().type().element().isFloating()
            && operands.getFirst().element().isFloating()
            && operands.stream().mapToLong(Constant::elements).sum() <= MAX_ELEMENTS
            && (computes(node) || (moves(node) && operands.stream().anyMatch(Constant::isDerived)));
    return (applies ? inDouble(node, operands) : Optional.<Constant>empty())
        .map(List::of)
        .or(() -> otherwise.evaluate(node, operands));
  }

  private static boolean computes(Node node) {
    return switch (node.op()) {
      case Elementwise(var function) ->
          function != Elementwise.Function.CEIL && function != Elementwise.Function.FLOOR;
      case Arithmetic _, Pow _, Reduction _, Variadic _ -> true;
      default -> false;
    };
  }

  private static boolean moves(Node node) {
    return switch (node.op()) {
      case Concat _,
          Expand _,
          Flatten _,
          Gather _,
          Identity _,
          Reshape _,
          Slice _,
          Squeeze _,
          Transpose _,
          Unsqueeze _ ->
          true;
      default -> false;
    };
  }

  /// Empty if the node fails, or would be infinite in its type: the other evaluator tells.
  private static Optional<Constant> inDouble(Node node, List<Constant> operands) {
    List<@Nullable DoubleTensor> tensors = new ArrayList<>();
    Iterator<Constant> next = operands.iterator();
    DoubleTensor result;
    try {
      node.inputs().forEach(value -> tensors.add(value.isAbsent() ? null : unrounded(next.next())));
      result = node.op().evaluate(new EvaluationInputs(tensors, 1)).getFirst();
    } catch (InvalidOperandException e) {
      return Optional.empty();
    }
    boolean finite =
        result.data().length <= MAX_ELEMENTS
            && Arrays.stream(
                    Elements.toDoubles(
                        result.type(), Elements.fromDoubles(result.type(), result.data())))
                .allMatch(Double::isFinite);
    long[] dims = Arrays.stream(result.shape()).asLongStream().toArray();
    return finite
        ? Optional.of(Constant.derived(result.type(), dims, () -> result.data().clone()))
        : Optional.empty();
  }

  private static DoubleTensor unrounded(Constant constant) {
    int[] shape = Arrays.stream(constant.dims()).mapToInt(Math::toIntExact).toArray();
    return constant.isDerived()
        ? new DoubleTensor(constant.element(), shape, constant.doubles())
        : constant.toDoubleTensor();
  }
}
