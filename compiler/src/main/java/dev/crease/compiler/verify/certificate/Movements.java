package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.verify.certificate.Movement.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which operators are linear in their first operand, and how each lets coefficients through.
final class Movements {
  private Movements() {}

  static Optional<Movement> of(Operation operation) {
    TensorType from = operation.form(0).type();
    TensorType to = operation.type();
    return switch (operation.name()) {
      case "Transpose" -> Optional.of(transposed(operation.attributes(), from, to));
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> reshaped(from, to);
      case "Slice" ->
          byAxis(from, to, true, axis -> picked(axis, operation.positions().sliced(axis)));
      case "Gather" -> gathered(operation, from, to);
      case "AveragePool" -> byAxis(from, to, ignoresPadding(operation.attributes()), picture(2));
      case "GlobalAveragePool" -> byAxis(from, to, true, picture(2));
      case "ReduceMean" -> reduced(operation, true);
      case "ReduceSum" -> reduced(operation, false);
      case "Resize" -> resized(operation, from, to);
      case "Pad" -> padded(operation, from, to);
      case "Expand" -> expanded(from, to);
      case "Tile" -> tiled(operation, from, to);
      case "SpaceToDepth" -> channelsOfPixels(from, to);
      case "DepthToSpace" -> pixelsOfChannels(operation.attributes(), from, to);
      default -> Optional.empty();
    };
  }

  /// Axes that an operator which keeps all axes leaves alone; the elements along others are mixed.
  private static Optional<Movement> keeping(
      TensorType from, TensorType to, boolean keepsConstants, IntPredicate kept) {
    return byAxis(
        from,
        to,
        keepsConstants,
        axis -> kept.test(axis) ? Part.kept(axis, axis) : Part.mixed(List.of(axis), List.of(axis)));
  }

  private static Optional<Movement> byAxis(
      TensorType from, TensorType to, boolean keepsConstants, IntFunction<Part> part) {
    List<Part> parts = IntStream.range(0, from.rank()).mapToObj(part).toList();
    return from.rank() == to.rank()
        ? Optional.of(new Movement(from, to, parts, keepsConstants))
        : Optional.empty();
  }

  /// Operators that mix all axes from `first` on.
  private static IntFunction<Part> picture(int first) {
    return axis -> axis < first ? Part.kept(axis, axis) : Part.mixed(List.of(axis), List.of(axis));
  }

  private static Part picked(int axis, Optional<int[]> picks) {
    return picks
        .map(elements -> Part.picked(axis, elements))
        .orElseGet(() -> Part.mixed(List.of(axis), List.of(axis)));
  }

  /// Axis `i` of the result is axis `perm[i]` of the operand; without `perm` the order is reversed.
  private static Movement transposed(Attributes attributes, TensorType from, TensorType to) {
    int rank = from.rank();
    List<Long> order = attributes.has("perm") ? attributes.integers("perm") : List.of();
    List<Part> parts =
        IntStream.range(0, rank)
            .mapToObj(
                i -> Part.kept(order.isEmpty() ? rank - 1 - i : Math.toIntExact(order.get(i)), i))
            .toList();
    return new Movement(from, to, parts, true);
  }

  /// Runs of axes with equal numbers of elements hold the same elements, run by run, since what is
  /// before them is as large too. Empty if a tensor may be empty, whose sizes tell nothing.
  private static Optional<Movement> reshaped(TensorType from, TensorType to) {
    boolean empty =
        from.dims().stream().anyMatch(dim -> dim.is(0))
            || to.dims().stream().anyMatch(dim -> dim.is(0));
    if (empty) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < from.rank() || j < to.rank()) {
      int[] ends = run(from, i, to, j);
      parts.add(
          Part.kept(
              IntStream.range(i, ends[0]).boxed().toList(),
              IntStream.range(j, ends[1]).boxed().toList()));
      i = ends[0];
      j = ends[1];
    }
    return Optional.of(new Movement(from, to, parts, true));
  }

  /// Where the shortest runs from here on end that are equally large; a dimension of 1 is its own.
  private static int[] run(TensorType from, int i, TensorType to, int j) {
    if (i < from.rank() && from.dim(i).is(1)) {
      return new int[] {i + 1, j};
    }
    if (j < to.rank() && to.dim(j).is(1)) {
      return new int[] {i, j + 1};
    }
    for (int length = 2; length <= from.rank() - i + to.rank() - j; length++) {
      for (int in = 1; in < length; in++) {
        int endIn = i + in;
        int endOut = j + length - in;
        if (endIn <= from.rank()
            && endOut <= to.rank()
            && product(from, i, endIn).equals(product(to, j, endOut))) {
          return new int[] {endIn, endOut};
        }
      }
    }
    return new int[] {from.rank(), to.rank()};
  }

  private static Dim product(TensorType type, int begin, int end) {
    return type.dims().subList(begin, end).stream().reduce(Dim.ONE, Dim::times);
  }

  /// Indices of rank 1 keep the axes; others put their own axes in the place of one, along which
  /// all must be treated alike.
  private static Optional<Movement> gathered(Operation operation, TensorType from, TensorType to) {
    int axis = axis(operation.attributes().integer("axis"), from);
    int rank = operation.node().input(1).type().rank();
    if (rank != 1) {
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < from.rank(); i++) {
        List<Integer> places = IntStream.range(axis, axis + rank).boxed().toList();
        parts.add(
            i == axis ? Part.mixed(List.of(i), places) : Part.kept(i, i < axis ? i : i + rank - 1));
      }
      return Optional.of(new Movement(from, to, parts, true));
    }
    Dim length = from.dim(axis);
    Optional<int[]> picks =
        operation
            .whole(1)
            .filter(_ -> length.isKnown())
            .map(indices -> picks(indices.constant(), length));
    return byAxis(from, to, true, i -> i == axis ? picked(i, picks) : Part.kept(i, i));
  }

  private static int[] picks(Constant indices, Dim length) {
    return Arrays.stream(indices.longs())
        .mapToInt(i -> Math.toIntExact(i < 0 ? i + length.known().getAsLong() : i))
        .toArray();
  }

  private static int axis(long axis, TensorType type) {
    return Math.toIntExact(axis < 0 ? axis + type.rank() : axis);
  }

  /// Whether the zeros around the picture do not count in a mean.
  private static boolean ignoresPadding(Attributes attributes) {
    boolean pads =
        attributes.text("auto_pad").startsWith("SAME")
            || (attributes.has("pads")
                && attributes.integers("pads").stream().anyMatch(pad -> pad != 0));
    return !attributes.flag("count_include_pad") || !pads;
  }

  /// What a reduction along known axes does to numbers that are equal along these.
  ///
  /// @param keepsConstants whether it makes of equal numbers that number
  static Optional<Movement> reduced(Operation operation, boolean keepsConstants) {
    TensorType from = operation.form(0).type();
    TensorType to = operation.type();
    Optional<Constant> given =
        operation.whole(1).map(Form.Whole::constant).filter(axes -> axes.elements() > 0);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> axes =
        Arrays.stream(given.get().longs()).mapToObj(axis -> axis(axis, from)).toList();
    List<Part> parts = new ArrayList<>();
    int out = 0;
    for (int in = 0; in < from.rank(); in++) {
      boolean mixed = axes.contains(in);
      if (!mixed) {
        parts.add(Part.kept(in, out));
      } else {
        boolean kept = to.rank() == from.rank();
        parts.add(Part.mixed(List.of(in), kept ? List.of(out) : List.of()));
      }
      out += mixed && to.rank() != from.rank() ? 0 : 1;
    }
    return Optional.of(new Movement(from, to, parts, keepsConstants));
  }

  /// Interpolation keeps what is the same everywhere, except where it reads a constant beyond the
  /// picture; that is scaled like the picture if it is 0.
  private static Optional<Movement> resized(Operation operation, TensorType from, TensorType to) {
    Attributes given = operation.attributes();
    boolean extrapolates =
        given.text("coordinate_transformation_mode").equals("tf_crop_and_resize");
    return extrapolates && given.real("extrapolation_value") != 0
        ? Optional.empty()
        : keeping(from, to, !extrapolates, operation.positions()::isUnresized);
  }

  /// Padding with 0 keeps no constant; that with elements of the picture does.
  private static Optional<Movement> padded(Operation operation, TensorType from, TensorType to) {
    boolean constant = operation.attributes().text("mode").equals("constant");
    boolean zero = !operation.has(2) || (operation.isConstant(2) && operation.constant(2).isZero());
    return constant && !zero
        ? Optional.empty()
        : keeping(from, to, !constant, operation.positions()::isUnpadded);
  }

  /// Element `i` of the result along an axis of length `n` is element `i % n`.
  private static Optional<Movement> tiled(Operation operation, TensorType from, TensorType to) {
    Optional<long[]> repeats = operation.whole(1).map(given -> given.constant().longs());
    return byAxis(
        from,
        to,
        true,
        axis -> {
          if (repeats.filter(each -> each[axis] == 1).isPresent()) {
            return Part.kept(axis, axis);
          }
          Dim length = from.dim(axis);
          return picked(
              axis,
              repeats
                  .filter(_ -> length.isKnown())
                  .map(each -> turns(Math.toIntExact(length.known().getAsLong()), each[axis])));
        });
  }

  /// `0, 1, ... length - 1`, so many times.
  private static int[] turns(int length, long times) {
    int[] turns = new int[Math.toIntExact(Math.multiplyExact(length, times))];
    Arrays.setAll(turns, i -> i % length);
    return turns;
  }

  /// Channel `(i b + j) C + c` of the result has the pixels `(b y + i, b x + j)` of channel `c`.
  private static Optional<Movement> channelsOfPixels(TensorType from, TensorType to) {
    boolean known = from.dim(1).isKnown() && to.dim(1).isKnown();
    Optional<int[]> picks =
        known
            ? Optional.of(
                turns(
                    Math.toIntExact(from.dim(1).known().getAsLong()),
                    to.dim(1).known().getAsLong() / from.dim(1).known().getAsLong()))
            : Optional.empty();
    return byAxis(from, to, true, axis -> axis == 1 ? picked(1, picks) : picture(2).apply(axis));
  }

  /// Channel `(i b + j) C + c` of the operand is the pixels `(b y + i, b x + j)` of channel `c` of
  /// `C` of the result; channel `(c b + i) b + j` is where columns and rows follow channels.
  private static Optional<Movement> pixelsOfChannels(
      Attributes attributes, TensorType from, TensorType to) {
    if (!to.dim(1).isKnown()) {
      return byAxis(from, to, true, picture(1));
    }
    int size = Math.toIntExact(attributes.integer("blocksize"));
    int count = Math.toIntExact(to.dim(1).known().getAsLong());
    Movement.Merged merged =
        new Movement.Merged(count, size * size, attributes.text("mode").equals("CRD"));
    return byAxis(
        from, to, true, axis -> axis == 1 ? Part.merged(1, merged) : picture(2).apply(axis));
  }

  /// A dimension of 1, or one that is missing, is repeated.
  static Optional<Movement> expanded(TensorType from, TensorType to) {
    int added = to.rank() - from.rank();
    List<Part> parts = new ArrayList<>();
    for (int out = 0; out < to.rank(); out++) {
      int in = out - added;
      boolean kept = in >= 0 && from.dim(in).equals(to.dim(out));
      if (kept) {
        parts.add(Part.kept(in, out));
      } else if (in < 0 || from.dim(in).is(1)) {
        parts.add(Part.mixed(in < 0 ? List.of() : List.of(in), List.of(out)));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new Movement(from, to, parts, true));
  }
}
