package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How a linear operator `f` lets coefficients through: `f(w x) = w' f(x)`, where `w'` follows from
/// `w` axis by axis.
///
/// @param parts of which each axis of the operand and of the result is in one
/// @param keepsConstants whether `f(1) = 1`
record Movement(TensorType from, TensorType to, List<Part> parts, boolean keepsConstants) {
  Movement {
    parts = List.copyOf(parts);
  }

  /// Axes of the operand that become axes of the result.
  ///
  /// @param kept whether each element stays what it is, in row-major order
  /// @param picks if one axis becomes one, the elements that are taken, of several that are treated
  ///   alike the first; null if not known
  /// @param merged what elements of the operand become one element of the result
  record Part(
      List<Integer> in,
      List<Integer> out,
      boolean kept,
      int @Nullable [] picks,
      Optional<Merged> merged) {
    Part {
      in = List.copyOf(in);
      out = List.copyOf(out);
    }

    /// The same elements.
    static Part kept(List<Integer> in, List<Integer> out) {
      return new Part(in, out, true, null, Optional.empty());
    }

    static Part kept(int in, int out) {
      return kept(List.of(in), List.of(out));
    }

    /// Elements that are mixed, thus must have one coefficient.
    static Part mixed(List<Integer> in, List<Integer> out) {
      return new Part(in, out, false, null, Optional.empty());
    }

    static Part picked(int axis, int[] picks) {
      return new Part(List.of(axis), List.of(axis), false, picks, Optional.empty());
    }

    /// Elements of which some become one, each at other places, thus must have one coefficient.
    static Part merged(int axis, Merged merged) {
      int[] firsts = new int[merged.count()];
      Arrays.setAll(firsts, i -> merged.inARow() ? i * merged.each() : i);
      return new Part(List.of(axis), List.of(axis), false, firsts, Optional.of(merged));
    }

    boolean isOneAxis() {
      return in.size() == 1 && out.size() == 1;
    }
  }

  /// `count` times `each` elements that become `count`: those that follow one another, or those
  /// that are `count` apart.
  record Merged(int count, int each, boolean inARow) {
    /// What element `i` becomes a part of.
    int of(int i) {
      return inARow ? i / each : i % count;
    }
  }

  /// How elements along axis `in` become one, if they do.
  Optional<Merged> merged(int in) {
    return parts.stream()
        .filter(part -> part.in().equals(List.of(in)))
        .flatMap(part -> part.merged().stream())
        .findFirst();
  }

  /// Where axis `in` is as it was; empty if it is nowhere.
  OptionalInt axis(int in) {
    return parts.stream()
        .filter(part -> part.isOneAxis() && part.in().getFirst() == in && isWhole(part))
        .mapToInt(part -> part.out().getFirst())
        .findFirst();
  }

  /// An axis that becomes several.
  ///
  /// @param first the first of these
  /// @param width how many elements there are for each index along it
  record Split(int first, int width) {}

  /// How axis `in` is split, if it is.
  Optional<Split> split(int in) {
    return parts.stream()
        .filter(part -> part.kept() && part.in().equals(List.of(in)) && part.out().size() > 1)
        .filter(part -> part.out().stream().allMatch(axis -> to.dim(axis).isKnown()))
        .findFirst()
        .map(
            part ->
                new Split(
                    part.out().getFirst(),
                    part.out().stream()
                        .skip(1)
                        .mapToInt(axis -> Math.toIntExact(to.dim(axis).known().orElseThrow()))
                        .reduce(1, Math::multiplyExact)));
  }

  /// How the elements along axis `in` are picked, if that is known.
  Optional<Part> picked(int in) {
    return parts.stream()
        .filter(part -> part.isOneAxis() && part.in().getFirst() == in && part.picks() != null)
        .filter(part -> part.merged().isEmpty())
        .findFirst();
  }

  private boolean isWhole(Part part) {
    int[] picks = part.picks();
    int axis = part.in().getFirst();
    return part.kept()
        || (picks != null
            && part.merged().isEmpty()
            && from.dim(axis).is(picks.length)
            && Arrays.equals(picks, IntStream.range(0, picks.length).toArray()));
  }

  /// How many elements become one, if that is known.
  OptionalLong ratio() {
    long count = 1;
    for (Part part : parts) {
      boolean known = part.in().stream().allMatch(axis -> from.dim(axis).isKnown());
      if (!part.kept() && !known) {
        return OptionalLong.empty();
      }
      for (int axis : part.kept() ? List.<Integer>of() : part.in()) {
        count = Math.multiplyExact(count, from.dim(axis).known().getAsLong());
      }
    }
    return OptionalLong.of(count);
  }

  /// `w'`; empty if elements with different coefficients are mixed.
  Optional<Coefficients> of(Coefficients w) {
    if (w.count() == 1) {
      return Optional.of(w.shaped());
    }
    int rank = from.rank();
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    System.arraycopy(w.dims(), 0, dims, rank - w.rank(), w.rank());
    int[] shape = new int[to.rank()];
    Arrays.fill(shape, 1);
    int[] expanded = dims.clone();
    List<Part> varying = new ArrayList<>();
    for (Part part : parts) {
      if (part.in().stream().anyMatch(axis -> dims[axis] != 1)) {
        if (!spread(part, dims, expanded, shape)) {
          return Optional.empty();
        }
        varying.add(part);
      }
    }
    Coefficients whole = w.shaped(dims).over(expanded);
    if (!varying.stream().allMatch(part -> areAlike(part, whole, expanded))) {
      return Optional.empty();
    }
    return Optional.of(whole.gathered(shape, places(varying, expanded, shape)));
  }

  /// Finds out along which lengths the coefficients vary in a part; whether they may.
  private boolean spread(Part part, int[] dims, int[] expanded, int[] shape) {
    if (part.isOneAxis() && (part.kept() || part.picks() != null)) {
      int[] picks = part.picks();
      int length = dims[part.in().getFirst()];
      shape[part.out().getFirst()] = picks == null ? length : picks.length;
      return picks == null || Arrays.stream(picks).allMatch(i -> 0 <= i && i < length);
    }
    return part.kept()
        && lengths(from, part.in(), expanded)
        && lengths(to, part.out(), shape)
        && product(expanded, part.in()) == product(shape, part.out());
  }

  /// Whether what becomes one has one coefficient.
  private static boolean areAlike(Part part, Coefficients w, int[] shape) {
    if (part.merged().isEmpty()) {
      return true;
    }
    Merged merged = part.merged().get();
    int axis = part.in().getFirst();
    int step = Indexes.strides(shape)[axis];
    int[] firsts = new int[w.count()];
    Arrays.setAll(
        firsts,
        i -> {
          int at = i / step % shape[axis];
          int first = merged.inARow() ? merged.of(at) * merged.each() : merged.of(at);
          return i + (first - at) * step;
        });
    return shape[axis] == merged.count() * merged.each() && w.isSameAt(firsts);
  }

  private static boolean lengths(TensorType type, List<Integer> axes, int[] lengths) {
    for (int axis : axes) {
      Dim dim = type.dim(axis);
      if (!dim.isKnown()) {
        return false;
      }
      lengths[axis] = Math.toIntExact(dim.known().getAsLong());
    }
    return true;
  }

  private static long product(int[] lengths, List<Integer> axes) {
    return axes.stream().mapToLong(axis -> lengths[axis]).reduce(1, Math::multiplyExact);
  }

  /// For each element of the result's coefficients, the operand's.
  private static int[] places(List<Part> varying, int[] from, int[] to) {
    int[] places = new int[Indexes.count(to)];
    int[] stepsIn = Indexes.strides(from);
    int[] stepsOut = Indexes.strides(to);
    for (Part part : varying) {
      int[] picks = part.picks();
      for (int i = 0; i < places.length; i++) {
        int element = 0;
        for (int axis : part.out()) {
          element = element * to[axis] + i / stepsOut[axis] % to[axis];
        }
        int rest = picks == null ? element : picks[element];
        for (int axis : part.in().reversed()) {
          places[i] += rest % from[axis] * stepsIn[axis];
          rest /= from[axis];
        }
      }
    }
    return places;
  }
}
