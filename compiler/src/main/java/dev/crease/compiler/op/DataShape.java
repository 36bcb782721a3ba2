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
import java.util.Optional;
import java.util.stream.IntStream;

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
    return computed(to, routine, x, integers, count);
  }

  private static List<Extent> computed(
      Lowering to, Routine routine, List<Integer> x, List<Dim> integers, int count) {
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

  /// As above, from expressions of which those are asked for that are needed.
  public static void equate(TensorType type, List<Dim> shape, Lowering to) {
    for (int axis = 0; axis < type.rank(); axis++) {
      TensorType one = type.withDims(List.of(type.dim(axis)));
      if (!to.isBound(one)) {
        define(one, List.of(to.extent(shape.get(axis))), to);
      }
    }
  }

  /// The number that an operand of one element holds: as it is known, else measured.
  public static Dim element(Value value, Lowering to) {
    return elements(value, 1, to).getFirst();
  }

  /// The numbers that a scalar or vector of `count` elements holds: as they are known, else symbols
  /// which are given what the plan measures. They are rounded towards zero; a run in which one is
  /// negative is refused.
  public static List<Dim> elements(Value value, int count, Lowering to) {
    Optional<List<Dim>> known =
        to.graph().elements(value).filter(elements -> elements.size() == count);
    if (known.isPresent()) {
      return known.get();
    }
    List<Dim> symbols =
        IntStream.range(0, count)
            .mapToObj(i -> Dim.symbol("?%s[%d]".formatted(value.name(), i)))
            .toList();
    TensorType type = new TensorType(ElementType.INT64, symbols);
    if (!to.isBound(type)) {
      List<Integer> given = List.of(integers(value, to));
      define(type, computed(to, Routine.SIZES, given, List.of(), count), to);
    }
    return symbols;
  }

  /// The axis that an operand of one element names, measured, counted from 0.
  public static Dim axis(Value value, int rank, Lowering to) {
    Dim axis = Dim.symbol("?%s[0] of %d".formatted(value.name(), rank));
    if (!to.isBound(new TensorType(ElementType.INT64, List.of(axis)))) {
      Extent given = to.measure(integers(value, to), 1).getFirst();
      Extent below = new Extent.Max(Extent.of(0), new Extent.Product(Extent.of(-1), given));
      Extent turn = new Extent.Product(Extent.of(rank), new Extent.Min(Extent.of(1), below));
      to.define(axis, new Extent.Sum(given, turn));
    }
    return axis;
  }

  private static int integers(Value value, Lowering to) {
    int x = to.read(value, Layout.PLAIN);
    ElementType element = value.type().element();
    if (element == ElementType.INT32 || element == ElementType.INT64) {
      return x;
    }
    int y = to.temporary(value.type().withElement(ElementType.INT64), Layout.PLAIN);
    to.emit(new Instruction.Cast(x, y));
    return y;
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
