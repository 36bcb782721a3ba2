package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Reshape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `Reshape(x: f32[N, 12, 64], shape) -> Reshape(x, [0, 768])`, `Expand(x: f32[N, 1], shape) ->
/// Expand(x, [1, 8])`
///
/// Fires if the target shape is computed, though each dimension of the result is a number, that of
/// `x` at its place, or (in one place of a Reshape) what is left over.
final class ConstantTargetShape implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Op op = node.op();
    boolean reshapes = op instanceof Reshape;
    if (!(reshapes || op instanceof Expand) || graph.constant(node.input(1)).isPresent()) {
      return Outcome.NOT_APPLICABLE;
    }
    TensorType before = node.input(0).type();
    TensorType after = node.output().type();
    Optional<long[]> target = reshapes ? reshapeTarget(before, after) : expandTarget(before, after);
    if (target.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    out.replace(
        node,
        reshapes ? new Reshape(false) : op,
        List.of(
            node.input(0),
            out.constant(node.input(1).name() + ".known", Constant.ofLongs(target.get()))));
    return Outcome.replaced(
        "given the constant shape " + Arrays.toString(target.get()),
        Preconditions.NONE.and(
            reshapes
                ? "each dimension but one at most is a number or that of the operand at its place"
                : "each dimension is a number or that of the operand at its place"),
        node);
  }

  private static Optional<long[]> reshapeTarget(TensorType before, TensorType after) {
    long[] target = new long[after.rank()];
    int rest = -1;
    Dim others = Dim.ONE;
    for (int axis = 0; axis < target.length; axis++) {
      Dim dim = after.dim(axis);
      if (dim.is(0)) {
        return Optional.empty();
      }
      boolean copied = axis < before.rank() && dim.equals(before.dim(axis));
      if (dim.isKnown() || copied) {
        target[axis] = dim.known().orElse(0);
        others = others.times(dim);
        continue;
      }
      if (rest >= 0) {
        return Optional.empty();
      }
      rest = axis;
      target[axis] = -1;
    }
    boolean restFollows = rest < 0 || before.elements().equals(others.times(after.dim(rest)));
    return restFollows ? Optional.of(target) : Optional.empty();
  }

  private static Optional<long[]> expandTarget(TensorType before, TensorType after) {
    long[] target = new long[after.rank()];
    int missing = after.rank() - before.rank();
    for (int axis = 0; axis < target.length; axis++) {
      Dim dim = after.dim(axis);
      boolean copied = axis >= missing && dim.equals(before.dim(axis - missing));
      if (!dim.isKnown() && !copied) {
        return Optional.empty();
      }
      target[axis] = dim.known().orElse(1);
    }
    return Optional.of(target);
  }
}
