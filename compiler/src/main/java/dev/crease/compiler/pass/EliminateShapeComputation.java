package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `Gather(Shape(x: f32[N, 64, 7, 7]), 1) -> 64`
///
/// Fires for nodes whose integer or boolean results are known from shapes alone, though the tensors
/// are not.
final class EliminateShapeComputation implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Value result = node.output();
    Optional<List<Dim>> elements = graph.elements(result);
    boolean known = elements.isPresent() && elements.get().stream().allMatch(Dim::isKnown);
    if (!known || node.outputs().size() > 1) {
      return Outcome.NOT_APPLICABLE;
    }
    long[] values = elements.get().stream().mapToLong(dim -> dim.known().orElseThrow()).toArray();
    Optional<Constant> constant = constant(result, values);
    if (constant.isEmpty() || !constant.get().type().equals(result.type())) {
      return Outcome.NOT_APPLICABLE;
    }
    out.replaceByConstants(node, List.of(constant.get()));
    return Outcome.replaced(
        "known from shapes",
        Preconditions.NONE
            .and("all elements of its one result are known from shapes")
            .and("they fit its type, " + result.type()),
        node);
  }

  private static Optional<Constant> constant(Value result, long[] values) {
    int[] shape = result.type().rank() == 0 ? new int[0] : new int[] {values.length};
    ElementType element = result.type().element();
    if (element == ElementType.INT64) {
      return Optional.of(Constant.of(Tensor.of(values, shape)));
    }
    boolean fits = Arrays.stream(values).allMatch(value -> value == (int) value);
    if (element == ElementType.BOOL || (element == ElementType.INT32 && fits)) {
      double[] exact = Arrays.stream(values).asDoubleStream().toArray();
      Object array = Elements.fromDoubles(element, exact);
      return Optional.of(Constant.of(Tensor.of(element, array, shape)));
    }
    return Optional.empty();
  }
}
