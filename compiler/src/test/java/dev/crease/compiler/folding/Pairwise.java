package dev.crease.compiler.folding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Few variants in which any two values of any two axes occur together.
///
/// Greedy: a variant starts from a pair that is still missing, then takes for each other axis the
/// value that adds the most missing pairs, and the same variants come out for the same axes.
final class Pairwise {
  private final List<Axis> axes;
  private final Random random;
  private final List<Pair> missing = new ArrayList<>();

  /// Value `p` of axis `i` with value `q` of axis `j`, where `i < j`.
  private record Pair(int i, int p, int j, int q) {}

  private Pairwise(List<Axis> axes) {
    this.axes = axes;
    this.random = new Random(axes.size());
    for (int j = 0; j < axes.size(); j++) {
      for (int i = 0; i < j; i++) {
        addPairs(i, j);
      }
    }
  }

  private void addPairs(int i, int j) {
    for (int p = 0; p < axes.get(i).values().size(); p++) {
      for (int q = 0; q < axes.get(j).values().size(); q++) {
        missing.add(new Pair(i, p, j, q));
      }
    }
  }

  /// @param axes at least one, each with at least one value
  static List<Variant> variants(List<Axis> axes) {
    if (axes.size() == 1) {
      Axis only = axes.getFirst();
      return only.values().stream().map(value -> new Variant(Map.of(only.name(), value))).toList();
    }
    Pairwise pairwise = new Pairwise(axes);
    List<Variant> variants = new ArrayList<>();
    while (!pairwise.missing.isEmpty()) {
      variants.add(pairwise.next());
    }
    return variants;
  }

  private Variant next() {
    int[] chosen = new int[axes.size()];
    java.util.Arrays.fill(chosen, -1);
    Pair start = missing.getFirst();
    chosen[start.i()] = start.p();
    chosen[start.j()] = start.q();
    for (int axis = 0; axis < chosen.length; axis++) {
      if (chosen[axis] < 0) {
        chosen[axis] = best(axis, chosen);
      }
    }
    missing.removeIf(pair -> chosen[pair.i()] == pair.p() && chosen[pair.j()] == pair.q());
    Map<String, Object> values = new LinkedHashMap<>();
    for (int axis = 0; axis < chosen.length; axis++) {
      values.put(axes.get(axis).name(), axes.get(axis).values().get(chosen[axis]));
    }
    return new Variant(values);
  }

  /// The value with the most missing pairs among those chosen; one of them by chance if several
  /// are.
  private int best(int axis, int[] chosen) {
    List<Integer> best = new ArrayList<>();
    long most = -1;
    for (int value = 0; value < axes.get(axis).values().size(); value++) {
      long added = added(axis, value, chosen);
      if (added > most) {
        best.clear();
        most = added;
      }
      if (added == most) {
        best.add(value);
      }
    }
    return best.get(random.nextInt(best.size()));
  }

  private long added(int axis, int value, int[] chosen) {
    return missing.stream()
        .filter(
            pair ->
                (pair.i() == axis && pair.p() == value && chosen[pair.j()] == pair.q())
                    || (pair.j() == axis && pair.q() == value && chosen[pair.i()] == pair.p()))
        .count();
  }

  /// Pairs of values that none of `variants` has.
  static Set<String> uncovered(List<Axis> axes, List<Variant> variants) {
    Set<String> uncovered = new HashSet<>();
    for (Pair pair : new Pairwise(axes).missing) {
      Axis first = axes.get(pair.i());
      Axis second = axes.get(pair.j());
      Object p = first.values().get(pair.p());
      Object q = second.values().get(pair.q());
      boolean covered =
          variants.stream()
              .anyMatch(
                  variant ->
                      p.equals(variant.values().get(first.name()))
                          && q.equals(variant.values().get(second.name())));
      if (!covered) {
        uncovered.add("%s %s with %s %s".formatted(first.name(), p, second.name(), q));
      }
    }
    return uncovered;
  }
}
