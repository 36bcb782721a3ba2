package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// The different slices of `x` along an axis, or its different elements: each once, in ascending
/// order or that of first appearance. What is no number comes last and equals itself. Slices are
/// ordered by their first elements that differ.
///
/// Operands `x`; results `y`, and as vectors of int64: where in `x` each first appears, which of
/// `y` each of `x` is, and how often each of `y` appears.
///
/// @param axis counted from 0; empty for elements
public record UniqueElements(OptionalInt axis, boolean sorted) implements TensorFunction {
  @Override
  public List<Tensor> apply(List<Optional<Tensor>> operands) {
    Tensor given = operands.getFirst().orElseThrow();
    Tensor x = axis.isPresent() ? given : given.reshaped(given.elements());
    int at = axis.orElse(0);
    if (at >= x.rank()) {
      throw new IllegalArgumentException("axis " + at + " is not one of " + x);
    }
    Comparator<Integer> order = (a, b) -> compare(x, at, a, b);
    Integer[] places = IntStream.range(0, x.dim(at)).boxed().toArray(Integer[]::new);
    Arrays.sort(places, order); // Stable: of equal slices the first one comes first.
    int[] group = new int[places.length];
    int[] first = new int[places.length];
    int groups = 0;
    for (int i = 0; i < places.length; i++) {
      if (i == 0 || order.compare(places[i - 1], places[i]) != 0) {
        first[groups++] = places[i];
      }
      group[places[i]] = groups - 1;
    }
    return results(x, at, Arrays.copyOf(first, groups), group);
  }

  /// @param first where the slices of each group first appear, in ascending order of slices
  /// @param group which group each slice is of
  private List<Tensor> results(Tensor x, int at, int[] first, int[] group) {
    int[] ordered = first.clone();
    if (!sorted) {
      Arrays.sort(ordered);
    }
    int[] rank = new int[first.length];
    for (int i = 0; i < first.length; i++) {
      rank[i] = sorted ? i : Arrays.binarySearch(ordered, first[i]);
    }
    long[] inverse = new long[group.length];
    long[] counts = new long[first.length];
    for (int i = 0; i < group.length; i++) {
      inverse[i] = rank[group[i]];
      counts[rank[group[i]]]++;
    }
    int[] shape = x.shape();
    shape[at] = first.length;
    return List.of(
        Compression.chosen(x, at, ordered, shape),
        Tensor.of(Arrays.stream(ordered).asLongStream().toArray(), ordered.length),
        Tensor.of(inverse, inverse.length),
        Tensor.of(counts, counts.length));
  }

  private static int compare(Tensor x, int axis, int a, int b) {
    int inner = 1;
    for (int i = axis + 1; i < x.rank(); i++) {
      inner *= x.dim(i);
    }
    int row = inner * x.dim(axis);
    for (int start = 0; start < x.elements(); start += row) {
      for (int i = start; i < start + inner; i++) {
        int order = compare(x, i + a * inner, i + b * inner);
        if (order != 0) {
          return order;
        }
      }
    }
    return 0;
  }

  private static int compare(Tensor x, int a, int b) {
    ElementType type = x.type();
    if (type == ElementType.STRING) {
      return x.strings()[a].compareTo(x.strings()[b]);
    }
    if (type.isFloating()) {
      double left = Elements.floating(type, x.array(), a);
      double right = Elements.floating(type, x.array(), b);
      return left == right ? 0 : Double.compare(left, right);
    }
    long left = Elements.integer(type, x.array(), a);
    long right = Elements.integer(type, x.array(), b);
    return type == ElementType.UINT64
        ? Long.compareUnsigned(left, right)
        : Long.compare(left, right);
  }
}
