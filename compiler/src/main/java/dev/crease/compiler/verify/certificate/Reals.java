package dev.crease.compiler.verify.certificate;

import java.util.List;

/// Real numbers, each enclosed far closer than by doubles once it is asked for: an expression that
/// is evaluated one element at a time. What was computed of them in double is not kept.
@FunctionalInterface
interface Reals {
  Real at(int index);

  /// Of which no more is known than these bounds.
  static Reals between(double[] lo, double[] hi) {
    return i -> Real.between(lo[i], hi[i]);
  }

  default Reals plus(Reals other) {
    return i -> at(i).plus(other.at(i));
  }

  default Reals times(Reals other) {
    return i -> at(i).times(other.at(i));
  }

  default Reals negated() {
    return i -> at(i).negated();
  }

  default Reals max(Reals other) {
    return i -> at(i).max(other.at(i));
  }

  default Reals min(Reals other) {
    return i -> at(i).min(other.at(i));
  }

  default Reals reciprocal() {
    return i -> at(i).reciprocal();
  }

  default Reals root() {
    return i -> at(i).root();
  }

  /// The elements at these places.
  default Reals gathered(int[] places) {
    return i -> at(places[i]);
  }

  /// The same with exactly `value` at some places.
  default Reals except(boolean[] places, double value) {
    return i -> places[i] ? Real.of(value) : at(i);
  }

  /// Sums of elements: `result[targets[i]] += element i`.
  default Reals summed(int[] targets) {
    return index -> {
      Real sum = Real.ZERO;
      for (int i = 0; i < targets.length; i++) {
        sum = targets[i] == index ? sum.plus(at(i)) : sum;
      }
      return sum;
    };
  }

  /// The elements of one after the other, `counts` of each.
  static Reals stacked(List<Reals> parts, int[] counts) {
    return index -> {
      int i = index;
      int part = 0;
      while (i >= counts[part]) {
        i -= counts[part++];
      }
      return parts.get(part).at(i);
    };
  }
}
