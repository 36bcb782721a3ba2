package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.verify.certificate.Form.Whole;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Real numbers, each enclosed: `lo <= value <= hi`; a tensor that broadcasts, so a dimension of 1
/// stands for any.
///
/// Bounds are rounded outwards, except where an operation is exact. The arrays are never changed;
/// both bounds are one array where all is exact.
///
/// @param magnitude the sum of the magnitudes of what was added to get the value
/// @param slack how far the value may be from the one it stands for, because constants are stored
///   rounded; null for not at all
/// @param summands of how many numbers a value is the sum at most
/// @param reals the same values, enclosed more closely, for those that these bounds do not decide
record Coefficients(
    int[] dims,
    double[] lo,
    double[] hi,
    double[] magnitude,
    double @Nullable [] slack,
    int summands,
    Reals reals) {
  /// Of which no more is known than these bounds.
  Coefficients(
      int[] dims,
      double[] lo,
      double[] hi,
      double[] magnitude,
      double @Nullable [] slack,
      int summands) {
    this(dims, lo, hi, magnitude, slack, summands, Reals.between(lo, hi));
  }

  /// The constant 0.
  static final Coefficients ZERO = scalar(0);

  static final Coefficients ONE = scalar(1);

  static Coefficients scalar(double value) {
    double[] values = {value};
    return new Coefficients(new int[0], values, values, new double[] {Math.abs(value)}, null, 1);
  }

  private static Coefficients exact(int[] dims, double[] values) {
    return new Coefficients(dims, values, values, magnitudes(values), null, 1);
  }

  private static double[] magnitudes(double[] values) {
    double[] magnitudes = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    return magnitudes;
  }

  /// The elements of a constant that is given: exact.
  static Coefficients given(Constant constant) {
    return exact(dims(constant), finite(constant.doubles()));
  }

  /// The elements of a constant that a rewrite made, with what rounding may have done to them: `1/2
  /// + 2^-21` units in the last place where they are stored, `2^-25` where they are not rounded
  ///   yet.
  ///
  /// @throws NotCoveredException if they are stored other than rounded to nearest
  static Coefficients made(Constant constant) {
    return rounded(constant, finite(constant.doubles()));
  }

  /// The elements of a constant that may be infinite, as bounds are; infinities are exact.
  static Coefficients bounds(Whole constant) {
    double[] values = constant.constant().doubles();
    for (double value : values) {
      if (Double.isNaN(value)) {
        throw new NotCoveredException("a bound that is not a number");
      }
    }
    return constant.isGiven()
        ? exact(dims(constant.constant()), values)
        : rounded(constant.constant(), values);
  }

  private static Coefficients rounded(Constant constant, double[] values) {
    ElementType element = constant.element();
    double[] stored = Elements.toDoubles(element, constant.array());
    boolean derived = !Arrays.equals(values, stored);
    double[] slack = new double[values.length];
    double units = derived ? 0x1p-25 : 0.5 + 0x1p-21;
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i]) && values[i] == stored[i]) {
        continue;
      }
      double ulp = Ulp.of(element, stored[i]);
      if (Double.isInfinite(stored[i]) || !(Math.abs(values[i] - stored[i]) <= ulp / 2)) {
        throw new NotCoveredException(
            "%s is not stored rounded to nearest: %s for %s"
                .formatted(constant, stored[i], values[i]));
      }
      slack[i] = units * ulp;
    }
    return new Coefficients(dims(constant), values, values, magnitudes(values), slack, 1);
  }

  private static int[] dims(Constant constant) {
    return Arrays.stream(constant.dims()).mapToInt(Math::toIntExact).toArray();
  }

  private static double[] finite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new NotCoveredException("a constant has the element " + value);
      }
    }
    return values;
  }

  int rank() {
    return dims.length;
  }

  int count() {
    return lo.length;
  }

  /// Whether each value is one number, and nothing was rounded.
  boolean isExact() {
    return lo == hi && slack == null;
  }

  /// Whether each value is known to be the number, of the same slack, that another one is.
  ///
  /// @param others for each value, which one
  boolean isSameAt(int[] others) {
    boolean same = true;
    for (int i = 0; i < others.length; i++) {
      int other = others[i];
      same &=
          i == other
              || (lo[i] == hi[i]
                  && lo[other] == hi[other]
                  && lo[i] == lo[other]
                  && (slack == null || slack[i] == slack[other]));
    }
    return same;
  }

  boolean isZero() {
    return isAll(0) && (slack == null || Arrays.stream(slack).allMatch(error -> error == 0));
  }

  boolean isAll(double value) {
    for (int i = 0; i < lo.length; i++) {
      if (lo[i] != value || hi[i] != value) {
        return false;
      }
    }
    return true;
  }

  boolean isSomewhereNotZero() {
    for (int i = 0; i < lo.length; i++) {
      if (lo[i] > 0 || hi[i] < 0) {
        return true;
      }
    }
    return false;
  }

  boolean isNowhereNegative() {
    return Arrays.stream(lo).allMatch(value -> value >= 0);
  }

  boolean isPositive() {
    return Arrays.stream(lo).allMatch(value -> value > 0);
  }

  boolean hasZero() {
    for (int i = 0; i < lo.length; i++) {
      if (lo[i] <= 0 && hi[i] >= 0) {
        return true;
      }
    }
    return false;
  }

  /// The same elements under other dimensions.
  Coefficients shaped(int... shape) {
    return new Coefficients(shape, lo, hi, magnitude, slack, summands, reals);
  }

  /// A vector along `axis` of a tensor of rank `rank`; a scalar as it is.
  Coefficients along(int axis, int rank) {
    int[] shape = new int[rank];
    Arrays.fill(shape, 1);
    shape[axis] = count();
    return shaped(shape);
  }

  /// The same with exactly `value` at some places.
  Coefficients except(boolean[] places, double value) {
    boolean none = true;
    for (boolean place : places) {
      none &= !place;
    }
    if (none) {
      return this;
    }
    double[] low = replaced(lo, places, value);
    return new Coefficients(
        dims,
        low,
        lo == hi ? low : replaced(hi, places, value),
        replaced(magnitude, places, Math.abs(value)),
        slack == null ? null : replaced(slack, places, 0),
        summands,
        reals.except(places, value));
  }

  private static double[] replaced(double[] values, boolean[] places, double value) {
    double[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = places[i] ? value : result[i];
    }
    return result;
  }

  /// Whether only an index along `axis` of a tensor of rank `rank` makes a difference.
  boolean isAlong(int axis, int rank) {
    int missing = rank - rank();
    for (int i = 0; i < rank(); i++) {
      if (dims[i] != 1 && i + missing != axis) {
        return false;
      }
    }
    return true;
  }

  Coefficients plus(Coefficients other) {
    if (isZero() && other.rank() >= rank()) {
      return other;
    }
    return other.isZero() && rank() >= other.rank() ? this : combine(other, Enclosure.ADD);
  }

  Coefficients times(Coefficients other) {
    boolean one = other.count() == 1 && other.isAll(1) && other.slack == null;
    return one && rank() >= other.rank() ? this : combine(other, Enclosure.MULTIPLY);
  }

  /// The same as numbers that no storing rounds.
  Coefficients unrounded() {
    return new Coefficients(dims, lo, hi, magnitude, null, summands, reals);
  }

  Coefficients negated() {
    double[] low = new double[count()];
    double[] high = new double[count()];
    for (int i = 0; i < low.length; i++) {
      low[i] = 0 - hi[i];
      high[i] = 0 - lo[i];
    }
    return new Coefficients(dims, low, high, magnitude, slack, summands, reals.negated());
  }

  /// `1 / x`, of what was not stored by the rewrite.
  Coefficients reciprocal() {
    if (hasZero() || slack != null) {
      throw new NotCoveredException("a division by what may be 0 or is rounded");
    }
    double[] low = new double[count()];
    double[] high = new double[count()];
    for (int i = 0; i < low.length; i++) {
      low[i] = Enclosure.quotient(1, hi[i], false);
      high[i] = Enclosure.quotient(1, lo[i], true);
    }
    return new Coefficients(dims, low, high, magnitudes(high), null, summands, reals.reciprocal());
  }

  /// The square root of what is positive.
  Coefficients root() {
    double[] low = new double[count()];
    double[] high = new double[count()];
    for (int i = 0; i < low.length; i++) {
      if (!(lo[i] > 0) || slack != null) {
        throw new NotCoveredException("a square root of " + lo[i]);
      }
      low[i] = Enclosure.root(lo[i], false);
      high[i] = Enclosure.root(hi[i], true);
    }
    return new Coefficients(dims, low, high, magnitudes(high), null, summands, reals.root());
  }

  private Coefficients combine(Coefficients other, Enclosure operation) {
    int[] shape = Indexes.broadcast(dims, other.dims);
    return over(shape).pairwise(other.over(shape), operation);
  }

  /// The elements repeated over a shape.
  Coefficients over(int[] shape) {
    return Arrays.equals(dims, shape) ? this : gathered(shape, Indexes.of(dims, shape));
  }

  /// The elements at these places.
  Coefficients gathered(int[] shape, int[] places) {
    double[] low = Indexes.gather(lo, places);
    double[] high = lo == hi ? low : Indexes.gather(hi, places);
    return new Coefficients(
        shape,
        low,
        high,
        Indexes.gather(magnitude, places),
        slack == null ? null : Indexes.gather(slack, places),
        summands,
        reals.gathered(places));
  }

  private Coefficients pairwise(Coefficients other, Enclosure operation) {
    int count = count();
    double[] low = new double[count];
    double[] high = new double[count];
    double[] size = new double[count];
    double[] error = slack == null && other.slack == null ? null : new double[count];
    for (int i = 0; i < count; i++) {
      if (operation == Enclosure.ADD) {
        low[i] = Enclosure.sum(lo[i], other.lo[i], false);
        high[i] = Enclosure.sum(hi[i], other.hi[i], true);
        size[i] = magnitude[i] + other.magnitude[i];
      } else {
        low[i] = Enclosure.product(lo[i], hi[i], other.lo[i], other.hi[i], false);
        high[i] = Enclosure.product(lo[i], hi[i], other.lo[i], other.hi[i], true);
        size[i] = magnitude[i] * other.magnitude[i];
      }
      if (error != null) {
        double mine = slack == null ? 0 : slack[i];
        double others = other.slack == null ? 0 : other.slack[i];
        error[i] =
            operation == Enclosure.ADD
                ? mine + others
                : mine * largest(other, i) + others * largest(this, i) + mine * others;
      }
    }
    int added =
        operation == Enclosure.ADD ? summands + other.summands : Math.max(summands, other.summands);
    Reals values = operation == Enclosure.ADD ? reals.plus(other.reals) : reals.times(other.reals);
    return new Coefficients(dims, low, high, size, error, added, values);
  }

  private static double largest(Coefficients c, int i) {
    return Math.max(Math.abs(c.lo[i]), Math.abs(c.hi[i]));
  }

  /// Sums of elements: `result[targets[i]] += element i`. What the additions lose is summed by
  /// itself, so bounds of long sums stay close.
  Coefficients summed(int[] targets, int count) {
    double[] low = bounds(lo, targets, count, false);
    double[] high = bounds(hi, targets, count, true);
    double[] size = new double[count];
    double[] error = slack == null ? null : new double[count];
    int[] addends = new int[count];
    for (int i = 0; i < lo.length; i++) {
      addends[targets[i]]++;
      size[targets[i]] += magnitude[i];
      if (slack != null && error != null) {
        error[targets[i]] += slack[i];
      }
    }
    int most = Arrays.stream(addends).max().orElse(0);
    return new Coefficients(
        new int[] {count},
        low,
        high,
        size,
        error,
        Math.multiplyExact(summands, Math.max(1, most)),
        reals.summed(targets));
  }

  /// The elements of one after the other.
  static Coefficients stacked(List<Coefficients> parts) {
    boolean exact = parts.stream().allMatch(part -> part.slack == null);
    return new Coefficients(
        new int[] {parts.stream().mapToInt(Coefficients::count).sum()},
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.lo)).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.hi)).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.magnitude)).toArray(),
        exact
            ? null
            : parts.stream()
                .flatMapToDouble(
                    part ->
                        Arrays.stream(part.slack == null ? new double[part.count()] : part.slack))
                .toArray(),
        parts.stream().mapToInt(Coefficients::summands).max().orElse(1),
        Reals.stacked(
            parts.stream().map(Coefficients::reals).toList(),
            parts.stream().mapToInt(Coefficients::count).toArray()));
  }

  private static double[] bounds(double[] values, int[] targets, int count, boolean up) {
    double[] sums = new double[count];
    double[] lost = new double[count];
    for (int i = 0; i < values.length; i++) {
      int to = targets[i];
      double sum = sums[to] + values[i];
      lost[to] = Enclosure.sum(lost[to], Enclosure.lost(sums[to], values[i]), up);
      sums[to] = sum;
    }
    for (int to = 0; to < count; to++) {
      sums[to] = Enclosure.sum(sums[to], lost[to], up);
    }
    return sums;
  }

  String text(int i) {
    return lo[i] == hi[i] ? Double.toString(lo[i]) : "[%s, %s]".formatted(lo[i], hi[i]);
  }
}
