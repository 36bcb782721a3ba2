package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Slot;
import dev.crease.runtime.plan.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Constants that are one row `(1, ..., 1, N)`, in the form in which a Gemm takes its bias: `(N)`.
final class ConstantRows {
  private final List<Slot> slots;
  private final List<Weights> weights;
  private final Map<Integer, Weights> constants = new HashMap<>();
  private final Map<Integer, Integer> rows = new HashMap<>();

  /// @param slots of the program in the making, which get a slot for a row that has none of rank 1,
  ///   as `weights` its elements
  /// @param inputs slots that the caller may fill, whatever constant they begin with
  ConstantRows(List<Slot> slots, List<Weights> weights, Set<Integer> inputs) {
    this.slots = slots;
    this.weights = weights;
    for (Weights constant : weights) {
      if (!inputs.contains(constant.slot())) {
        constants.put(constant.slot(), constant);
      }
    }
  }

  /// The slot `(N)` of what `slot` holds, if that is a constant row with as many elements as `sum`
  /// and `product` have columns, and adding it to `product` gives a `sum` of the same shape.
  OptionalInt addedTo(int product, int slot, int sum) {
    Weights constant = constants.get(slot);
    Slot row = slots.get(slot);
    List<Extent> shape = slots.get(product).shape();
    boolean fits =
        row.layout() == Layout.PLAIN
            && shape.equals(slots.get(sum).shape())
            && isRow(row.shape(), shape.getLast());
    return constant != null && fits
        ? OptionalInt.of(rows.computeIfAbsent(slot, _ -> row(constant)))
        : OptionalInt.empty();
  }

  private static boolean isRow(List<Extent> shape, Extent columns) {
    return !shape.isEmpty()
        && shape.getLast().equals(columns)
        && shape.stream().limit(shape.size() - 1L).allMatch(Extent.of(1)::equals);
  }

  private int row(Weights constant) {
    Slot given = slots.get(constant.slot());
    if (given.shape().size() == 1) {
      return constant.slot();
    }
    slots.add(
        new Slot(given.name(), given.type(), List.of(given.shape().getLast()), given.layout()));
    weights.add(new Weights(slots.size() - 1, constant.elements()));
    return slots.size() - 1;
  }
}
