package dev.crease.compiler.op.control;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Strides;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Carried;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What [Loop] and [Scan] share: a body that is run again and again, what it carries from turn to
/// turn, slices it gets and rows it leaves.
final class Turn {
  private Turn() {}

  /// The symbols in the types of values.
  static Set<String> symbols(Collection<Value> values) {
    Set<String> symbols = new HashSet<>();
    values.forEach(value -> value.type().dims().forEach(dim -> symbols.addAll(dim.symbols())));
    return symbols;
  }

  /// The type of a value after any number of turns: dimensions that a turn may change depend on
  /// data.
  ///
  /// @param initial before the first turn
  /// @param inside as the body finds it
  /// @param next as the body leaves it
  /// @throws InvalidOperandException if it cannot be carried on
  static TensorType carried(
      String operator, TensorType initial, Value inside, Value next, Operands operands) {
    requireFits(operator, initial, inside);
    if (inside.type().holder().isOptional() && holdsOneKind(next.type(), inside.type())) {
      return next.type().isTensor() ? unknown(next.type(), operands) : next.type();
    }
    if (next.type().element() != inside.type().element()
        || next.type().holder() != inside.type().holder()
        || next.type().rank() != inside.type().rank()) {
      throw new InvalidOperandException(
          "%s carries on `%s` as `%s`, which should be of its type and rank"
              .formatted(operator, inside, next));
    }
    if (!inside.type().isTensor()) {
      return next.type();
    }
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < initial.rank(); axis++) {
      Dim left = next.type().dim(axis);
      boolean same =
          left.equals(inside.type().dim(axis)) || left.isKnown() && left.equals(initial.dim(axis));
      dims.add(same ? initial.dim(axis) : operands.freshSymbol());
    }
    return initial.withDims(dims);
  }

  private static TensorType unknown(TensorType type, Operands operands) {
    return type.withDims(type.dims().stream().map(_ -> operands.freshSymbol()).toList());
  }

  /// Whether one type is the optional of the other.
  private static boolean holdsOneKind(TensorType a, TensorType b) {
    return a.element() == b.element()
        && a.holder() != b.holder()
        && a.holder().held() == b.holder().held();
  }

  /// The value where one of `type` is asked for: in an optional, or out of one.
  ///
  /// @throws InvalidOperandException if it is nothing where something is asked for
  static DoubleTensor as(TensorType type, DoubleTensor value) {
    if (type.holder() == value.holder()) {
      return value;
    }
    if (type.holder().isOptional()) {
      return value.optional();
    }
    if (value.items().isEmpty()) {
      throw new InvalidOperandException("no turn has put anything into the optional");
    }
    return value.items().getFirst();
  }

  /// How `count` values are carried from turn to turn.
  ///
  /// @param operands that the node and its body have before those that are carried
  /// @param results likewise, of the body alone
  static List<Carried> carried(
      Node node, Lowering to, Lowering.Body turn, int count, int operands, int results) {
    List<Carried> carried = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      carried.add(
          new Carried(
              to.read(node.input(operands + i), Layout.PLAIN),
              turn.inputs().get(operands + i),
              turn.results().get(results + i),
              slot(node.output(i), to)));
    }
    return carried;
  }

  static int slot(Value result, Lowering to) {
    return result.isAbsent() ? Instruction.ABSENT : to.write(result, Layout.PLAIN);
  }

  /// What is known of the tensors in what is carried from turn to turn. Each may find its way into
  /// any other of its element type.
  static List<Items> items(Operands operands, int first, Graph body, int inside, int count) {
    Map<ElementType, Items> known = new EnumMap<>(ElementType.class);
    List<ElementType> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Value next = body.outputs().get(inside + i);
      ElementType element = next.type().element();
      elements.add(element);
      if (!next.type().isTensor()) {
        Items items = operands.items(first + i).or(body.items(next));
        known.merge(element, items, Items::or);
      }
    }
    return elements.stream().map(e -> known.getOrDefault(e, Items.unknown())).toList();
  }

  /// @throws InvalidOperandException if what a body is given has not the type of its input
  static void requireFits(String operator, TensorType given, Value inside) {
    boolean optional = inside.type().holder().isOptional() && holdsOneKind(given, inside.type());
    if (!optional && !inside.type().agreesWith(given)) {
      throw new InvalidOperandException(
          "the body of %s has the input `%s`, but is given %s".formatted(operator, inside, given));
    }
  }

  /// The type of rows that are put together along a new axis.
  ///
  /// @param around symbols that mean the same outside of the body
  static TensorType stacked(Value row, int axis, Dim turns, Set<String> around, Operands operands) {
    if (!row.type().isTensor()) {
      throw new InvalidOperandException("rows are tensors, the body leaves `%s`".formatted(row));
    }
    List<Dim> dims = new ArrayList<>();
    for (Dim dim : row.type().dims()) {
      dims.add(around.containsAll(dim.symbols()) ? dim : operands.freshSymbol());
    }
    dims.add(axis, turns);
    return row.type().withDims(dims);
  }

  /// The symbols that a body can read around it.
  static Set<String> around(Graph body, Operands operands) {
    Set<String> around = symbols(body.captures());
    for (int i = 0; i < operands.count(); i++) {
      if (operands.has(i)) {
        operands.type(i).dims().forEach(dim -> around.addAll(dim.symbols()));
      }
    }
    symbols(body.inputs()).stream()
        .filter(symbol -> symbol.startsWith("?"))
        .forEach(around::remove);
    return around;
  }

  /// Rows side by side along a new axis.
  ///
  /// @param row what a row is declared to be, for where there is none
  static DoubleTensor stack(List<DoubleTensor> rows, int axis, Value row) {
    int[] shape =
        rows.isEmpty()
            ? row.type().dims().stream().mapToInt(dim -> (int) dim.known().orElse(0)).toArray()
            : rows.getFirst().shape();
    int outer = Strides.count(shape, 0, axis);
    int inner = Strides.count(shape, axis, shape.length);
    int[] whole = new int[shape.length + 1];
    System.arraycopy(shape, 0, whole, 0, axis);
    whole[axis] = rows.size();
    System.arraycopy(shape, axis, whole, axis + 1, shape.length - axis);
    DoubleTensor y = DoubleTensor.zeros(row.type().element(), whole);
    for (int n = 0; n < rows.size(); n++) {
      if (!Arrays.equals(rows.get(n).shape(), shape)) {
        throw new InvalidOperandException(
            "turns leave rows of different shapes: %s and %s"
                .formatted(rows.getFirst(), rows.get(n)));
      }
      for (int o = 0; o < outer; o++) {
        int to = (o * rows.size() + n) * inner;
        System.arraycopy(rows.get(n).data(), o * inner, y.data(), to, inner);
      }
    }
    return y;
  }

  /// Entry `index` along an axis, without that axis.
  static DoubleTensor slice(DoubleTensor x, int axis, int index) {
    int inner = Strides.count(x.shape(), axis + 1, x.rank());
    int outer = Strides.count(x.shape(), 0, axis);
    int[] shape = new int[x.rank() - 1];
    System.arraycopy(x.shape(), 0, shape, 0, axis);
    System.arraycopy(x.shape(), axis + 1, shape, axis, shape.length - axis);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int o = 0; o < outer; o++) {
      System.arraycopy(x.data(), (o * x.dim(axis) + index) * inner, y.data(), o * inner, inner);
    }
    return y;
  }
}
