package dev.crease.compiler.op;

import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// Lowering of shapes that depend on the values of operands: a routine computes numbers, which the
/// plan then measures.
public final class DataShape {
  private DataShape() {}

  /// The numbers that a routine computes when the plan runs.
  ///
  /// @param operands of the routine, [Value#ABSENT] where one is left out
  public static List<Extent> numbers(
      Lowering to, Routine routine, List<Value> operands, List<Dim> integers, int count) {
    List<Integer> x =
        operands.stream()
            .map(value -> value.isAbsent() ? Instruction.ABSENT : to.read(value, Layout.PLAIN))
            .toList();
    int y = to.temporary(TensorType.of(ElementType.INT64, count), Layout.PLAIN);
    to.emit(
        new Instruction.Call(
            routine, x, List.of(y), integers.stream().map(to::extent).toList(), List.of()));
    return to.measure(y, count);
  }

  /// Lets the dimensions of `type` that have no value yet be these.
  ///
  /// @throws UnsupportedNodeException if one is an expression over symbols without a value
  public static void define(TensorType type, List<Extent> shape, Lowering to) {
    for (int axis = 0; axis < type.rank(); axis++) {
      Dim dim = type.dim(axis);
      boolean open = !to.isBound(type.withDims(List.of(dim)));
      if (open && dim.alone().orElse(null) instanceof Atom.Symbol) {
        to.define(dim, shape.get(axis));
      }
    }
  }

  /// Computes the shape of a node's first result by a routine, unless it is known.
  public static void define(
      Node node, Lowering to, Routine routine, List<Value> operands, List<Dim> integers) {
    TensorType type = node.output().type();
    if (!to.isBound(type)) {
      define(type, numbers(to, routine, operands, integers, type.rank()), to);
    }
  }
}
