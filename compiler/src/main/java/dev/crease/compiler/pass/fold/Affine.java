package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// `y = slope (x - mean) + bias`, element by element, in double and not yet rounded. In this form
/// nothing cancels that need not: `bias - slope mean` may be small beside both.
///
/// The parameters are tensors of one shape, row by row, that broadcasts to `x` without enlarging
/// it.
///
/// @param dims one per axis of `x`: its length, or 1
/// @param size about the largest magnitude of `y`; infinite if nothing is known of it
record Affine(long[] dims, double[] slope, double[] mean, double[] bias, double size) {
  /// Changes nothing, whatever the shape.
  static Affine identity(int rank) {
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    return new Affine(ones, new double[] {1}, new double[1], new double[1], 0);
  }

  int rank() {
    return dims.length;
  }

  int elements() {
    return slope.length;
  }

  /// `y` where `x` is 0.
  double intercept(int i) {
    return bias[i] - slope[i] * mean[i];
  }

  double apply(int i, double x) {
    return slope[i] * (x - mean[i]) + bias[i];
  }

  /// The `x` where `y` is as given; infinite or NaN if the slope is 0, but 0 if `y` is always so.
  double inverse(int i, double y) {
    return slope[i] == 0 && bias[i] == y ? 0 : mean[i] + (y - bias[i]) / slope[i];
  }

  /// The same without a shift.
  Affine scale() {
    return new Affine(dims, slope, new double[elements()], new double[elements()], size);
  }

  /// Doubles all that this does something to.
  Affine doubling() {
    double[] two = new double[elements()];
    Arrays.fill(two, 2);
    return new Affine(dims, two, new double[elements()], new double[elements()], 0);
  }

  /// `factor` times what this makes.
  Affine times(double factor) {
    double[] slopes = Arrays.stream(slope).map(s -> s * factor).toArray();
    double[] biases = Arrays.stream(bias).map(b -> b * factor).toArray();
    return new Affine(dims, slopes, mean, biases, size * Math.abs(factor));
  }

  /// The same with a shift that is `times` as large, for results that are.
  Affine shifted(double times) {
    double[] means = Arrays.stream(mean).map(m -> m * times).toArray();
    double[] biases = Arrays.stream(bias).map(b -> b * times).toArray();
    return new Affine(dims, slope, means, biases, size * times);
  }

  /// The same, of which it is known that results are about that large.
  Affine sized(double known) {
    return new Affine(dims, slope, mean, bias, known);
  }

  Affine withOppositeShift() {
    double[] shift = new double[elements()];
    Arrays.setAll(shift, i -> -intercept(i));
    return new Affine(dims, slope, new double[elements()], shift, size);
  }

  /// Whether any slope differs from 1.
  boolean scales() {
    return Arrays.stream(slope).anyMatch(s -> s != 1);
  }

  /// Whether 0 is not always mapped to 0.
  boolean shifts() {
    for (int i = 0; i < elements(); i++) {
      if (intercept(i) != 0) {
        return true;
      }
    }
    return false;
  }

  boolean slopesAreAtLeast(double least) {
    return Arrays.stream(slope).allMatch(s -> s >= least);
  }

  boolean slopesArePositive() {
    return Arrays.stream(slope).allMatch(s -> s > 0);
  }

  /// Whether it treats all elements alike.
  boolean isScalar() {
    return elements() == 1;
  }

  /// Whether it treats all elements along `axis` alike.
  boolean isUniformAlong(int axis) {
    return dims[axis] == 1;
  }

  boolean isUniformBeyond(int firstAxis) {
    return Arrays.stream(dims).skip(firstAxis).allMatch(dim -> dim == 1);
  }

  /// That this can be folded into something.
  Preconditions foldable() {
    return Preconditions.of("scale and shift are finite in every channel", defect());
  }

  private Optional<String> defect() {
    for (int i = 0; i < elements(); i++) {
      if (!Double.isFinite(slope[i]) || !Double.isFinite(intercept(i))) {
        return Optional.of(
            "channel %d has scale %s and shift %s, which are not both finite"
                .formatted(i, slope[i], intercept(i)));
      }
    }
    return Optional.empty();
  }

  /// That stored numbers do not lose too much where the intercept is taken off sums that are about
  /// as large: it is not large beside the result.
  Preconditions cancelsLittle(ElementType element) {
    return Preconditions.of(Cancellation.FACT.formatted("a shift", element), cancellation(element));
  }

  private Optional<String> cancellation(ElementType element) {
    double most = Cancellation.most(element) * size;
    for (int i = 0; i < elements(); i++) {
      double shift = Math.abs(intercept(i));
      if (shift > most) {
        return Optional.of(
            "cancellation bound exceeded: the shift of channel %d is %.3g where results are about %.3g"
                .formatted(i, shift, size));
      }
    }
    return Optional.empty();
  }

  /// One set of parameters for each of `count` elements along `axis`, if it is uniform along all
  /// others.
  Optional<Affine> along(int axis, int count) {
    for (int other = 0; other < rank(); other++) {
      if (other != axis && dims[other] != 1) {
        return Optional.empty();
      }
    }
    if (dims[axis] == count) {
      return Optional.of(this);
    }
    long[] wide = dims.clone();
    wide[axis] = count;
    return dims[axis] == 1 ? Optional.of(rearranged(wide, _ -> 0)) : Optional.empty();
  }

  /// Both, this one first.
  ///
  /// What this one makes is about `size` at most, so what the next makes of it is about `|slope|
  /// size + |intercept|` at most, unless the next knows its own results better.
  Affine then(Affine next) {
    long[] both = widest(dims, next.dims);
    Affine first = broadcast(both);
    Affine second = next.broadcast(both);
    double[] slopes = new double[first.elements()];
    double[] biases = new double[first.elements()];
    double largest = 0;
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = second.slope[i] * first.slope[i];
      biases[i] = second.apply(i, first.bias[i]);
      largest = Math.max(largest, Math.abs(second.slope[i]) * size + Math.abs(second.intercept(i)));
    }
    double known = Double.isFinite(size) ? Math.min(largest, next.size) : next.size;
    return new Affine(both, slopes, first.mean, biases, known);
  }

  /// This where `own` doubles, `other` where `others` does, and nothing elsewhere; both everywhere
  /// if they are equal; empty if they differ where both double.
  Optional<Affine> beside(Affine own, Affine other, Affine others) {
    long[] each = widest(dims, other.dims);
    double most = Math.max(size, other.size);
    if (broadcast(each).equalTo(other.broadcast(each))) {
      Affine wide = broadcast(each);
      return Optional.of(new Affine(each, wide.slope, wide.mean, wide.bias, most));
    }
    long[] all = widest(each, widest(own.dims, others.dims));
    Affine first = broadcast(all);
    Affine second = other.broadcast(all);
    double[] read = own.broadcast(all).slope;
    double[] otherRead = others.broadcast(all).slope;
    Affine both =
        new Affine(all, first.slope.clone(), first.mean.clone(), first.bias.clone(), most);
    for (int i = 0; i < read.length; i++) {
      if (otherRead[i] == 1) {
        continue;
      }
      boolean differs =
          first.slope[i] != second.slope[i]
              || first.mean[i] != second.mean[i]
              || first.bias[i] != second.bias[i];
      if (differs && read[i] != 1) {
        return Optional.empty();
      }
      both.slope[i] = second.slope[i];
      both.mean[i] = second.mean[i];
      both.bias[i] = second.bias[i];
    }
    return Optional.of(both);
  }

  /// The larger slopes of both.
  Affine or(Affine other) {
    long[] both = widest(dims, other.dims);
    Affine first = broadcast(both);
    Affine second = other.broadcast(both);
    double[] slopes = first.slope.clone();
    Arrays.setAll(slopes, i -> Math.max(slopes[i], second.slope[i]));
    return new Affine(both, slopes, first.mean, first.bias, size);
  }

  /// The dimensions of both by broadcasting, where nothing stays nothing.
  static long[] widest(long[] a, long[] b) {
    long[] widest = a.clone();
    Arrays.setAll(widest, axis -> a[axis] == 1 ? b[axis] : a[axis]);
    return widest;
  }

  /// The same with dimensions of 1 repeated.
  Affine broadcast(long[] wide) {
    return Arrays.equals(wide, dims) ? this : rearranged(wide, i -> source(i, wide));
  }

  private int source(int index, long[] wide) {
    int source = 0;
    int stride = 1;
    int rest = index;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      int at = (int) (rest % wide[axis]);
      rest = (int) (rest / wide[axis]);
      source += dims[axis] == 1 ? 0 : at * stride;
      stride = Math.toIntExact(stride * dims[axis]);
    }
    return source;
  }

  /// Of the transposed tensor, whose axis `i` is axis `permutation[i]` of this one's.
  Affine transposed(int[] permutation) {
    long[] moved = new long[rank()];
    int[] strides = new int[rank()];
    int[] own = strides();
    for (int i = 0; i < rank(); i++) {
      moved[i] = dims[permutation[i]];
      strides[i] = own[permutation[i]];
    }
    return rearranged(moved, index -> offset(index, moved, strides));
  }

  private int[] strides() {
    int[] strides = new int[rank()];
    int stride = 1;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride = Math.toIntExact(stride * dims[axis]);
    }
    return strides;
  }

  private static int offset(int index, long[] dims, int[] strides) {
    int offset = 0;
    int rest = index;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      offset += (int) (rest % dims[axis]) * strides[axis];
      rest = (int) (rest / dims[axis]);
    }
    return offset;
  }

  /// Of the tensor that has the elements `picks` along `axis`.
  Affine picked(int axis, int[] picks) {
    if (isUniformAlong(axis)) {
      return this;
    }
    long[] fewer = dims.clone();
    fewer[axis] = picks.length;
    int[] strides = strides();
    return rearranged(
        fewer,
        index -> {
          int inner = index % strides[axis];
          int outer = index / strides[axis];
          int row = outer / picks.length * (int) dims[axis] + picks[outer % picks.length];
          return row * strides[axis] + inner;
        });
  }

  /// Of a tensor of which this one's has the elements `picks` along `axis`, with nothing done to
  /// all others; empty if one is picked twice for different things.
  ///
  /// @param count the tensor's length along `axis`
  Optional<Affine> unpicked(int axis, int[] picks, int count) {
    int[] source = new int[count];
    Arrays.fill(source, -1);
    Affine given = alongPicks(axis, picks.length);
    for (int i = 0; i < picks.length; i++) {
      int earlier = source[picks[i]];
      if (earlier >= 0
          && !given.picked(axis, new int[] {earlier}).equalTo(given.picked(axis, new int[] {i}))) {
        return Optional.empty();
      }
      source[picks[i]] = i;
    }
    Affine none = identity(rank());
    List<Affine> parts =
        Arrays.stream(source)
            .mapToObj(i -> i < 0 ? none : given.picked(axis, new int[] {i}))
            .toList();
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return Optional.of(joined(axis, parts, ones));
  }

  private Affine alongPicks(int axis, int count) {
    long[] wide = dims.clone();
    wide[axis] = count;
    return broadcast(wide);
  }

  private boolean equalTo(Affine other) {
    return Arrays.equals(slope, other.slope)
        && Arrays.equals(mean, other.mean)
        && Arrays.equals(bias, other.bias);
  }

  /// Of the tensor with the same elements under another shape; empty if a group of dimensions that
  /// are joined or split is not known.
  Optional<Affine> reshaped(List<Dim> from, List<Dim> to) {
    long[] wide = dims.clone();
    List<Long> narrow = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < from.size() || j < to.size()) {
      int firstFrom = i;
      int firstTo = j;
      Dim before = i < from.size() ? from.get(i++) : Dim.ONE;
      Dim after = j < to.size() ? to.get(j++) : Dim.ONE;
      while (!before.equals(after)) {
        if (i < from.size() && (j == to.size() || isLess(before, after))) {
          before = before.times(from.get(i++));
        } else if (j < to.size()) {
          after = after.times(to.get(j++));
        } else {
          return Optional.empty();
        }
      }
      boolean uniform = true;
      for (int axis = firstFrom; axis < i; axis++) {
        uniform &= isUniformAlong(axis);
      }
      for (int axis = firstFrom; axis < i && !uniform; axis++) {
        if (!from.get(axis).isKnown()) {
          return Optional.empty();
        }
        wide[axis] = from.get(axis).known().getAsLong();
      }
      for (int axis = firstTo; axis < j; axis++) {
        if (!uniform && !to.get(axis).isKnown()) {
          return Optional.empty();
        }
        narrow.add(uniform ? 1 : to.get(axis).known().getAsLong());
      }
    }
    Affine whole = broadcast(wide);
    return Optional.of(
        new Affine(
            narrow.stream().mapToLong(dim -> dim).toArray(),
            whole.slope,
            whole.mean,
            whole.bias,
            size));
  }

  /// Whether `a` is certain to be the smaller product so far: both known, or `b` has what `a`
  /// lacks.
  private static boolean isLess(Dim a, Dim b) {
    return a.isKnown() && b.isKnown()
        ? a.known().getAsLong() < b.known().getAsLong()
        : b.symbols().size() > a.symbols().size();
  }

  /// Of tensors put one after the other along `axis`.
  ///
  /// @param counts their lengths along that axis
  static Affine joined(int axis, List<Affine> parts, long[] counts) {
    long[] common = parts.getFirst().dims.clone();
    for (Affine part : parts) {
      for (int other = 0; other < common.length; other++) {
        common[other] = Math.max(common[other], part.dims[other]);
      }
    }
    List<Affine> wide = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      long[] own = common.clone();
      own[axis] = counts[i];
      wide.add(parts.get(i).broadcast(own));
    }
    common[axis] = Arrays.stream(counts).sum();
    int elements = wide.stream().mapToInt(Affine::elements).sum();
    Affine joined =
        new Affine(
            common,
            new double[elements],
            new double[elements],
            new double[elements],
            parts.stream().mapToDouble(Affine::size).max().orElse(0));
    int inner = (int) Arrays.stream(common).skip(axis + 1L).reduce(1, (a, b) -> a * b);
    int rows = elements / (inner * (int) common[axis]);
    int to = 0;
    for (int row = 0; row < rows; row++) {
      for (Affine part : wide) {
        int length = part.elements() / rows;
        System.arraycopy(part.slope, row * length, joined.slope, to, length);
        System.arraycopy(part.mean, row * length, joined.mean, to, length);
        System.arraycopy(part.bias, row * length, joined.bias, to, length);
        to += length;
      }
    }
    return joined;
  }

  private Affine rearranged(long[] newDims, IntUnaryOperator source) {
    int elements = Math.toIntExact(Arrays.stream(newDims).reduce(1, (a, b) -> a * b));
    Affine result =
        new Affine(newDims, new double[elements], new double[elements], new double[elements], size);
    for (int i = 0; i < elements; i++) {
      int from = source.applyAsInt(i);
      result.slope[i] = slope[from];
      result.mean[i] = mean[from];
      result.bias[i] = bias[from];
    }
    return result;
  }
}
