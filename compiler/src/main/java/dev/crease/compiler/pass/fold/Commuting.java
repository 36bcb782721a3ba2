package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.LeakyRelu;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Unsqueeze;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.PadMode;
import dev.crease.runtime.plan.Resampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Operators that a scale and shift move through: `a(f(x, ...)) = f(a'(x), ...)`.
///
/// Operators that only move elements let all through; sums what all that is added can take; means,
/// sums of elements and interpolation what is uniform over the elements that they mix; a maximum
/// what does not reverse the order; Relu and its relatives a positive scale without a shift.
final class Commuting {
  private final Graph graph;
  private final Node node;

  Commuting(Graph graph, Node node) {
    this.graph = graph;
    this.node = node;
  }

  /// The operands that what the node does is done to.
  List<Value> data() {
    return node.op() instanceof Concat ? node.inputs() : List.of(node.input(0));
  }

  /// Ways to do `after` to the result by doing something to operands, the first ones of the node;
  /// empty if nothing will do.
  List<List<Affine>> ways(Affine after) {
    return adds() ? addends(after) : up(after).stream().toList();
  }

  /// What of the first operand is read for what is read of the result: `read` as [#ways] has it,
  /// but nothing else that would be treated alike.
  Optional<Affine> read(Affine read) {
    Optional<Picking> picking = Picking.of(graph, node);
    return picking.isPresent() ? picking.get().read(read) : up(read).map(List::getFirst);
  }

  private boolean adds() {
    return switch (node.op()) {
      case Arithmetic(var function) ->
          function == Arithmetic.Function.ADD || function == Arithmetic.Function.SUB;
      case Variadic(var function) -> function == Variadic.Function.SUM;
      default -> false;
    };
  }

  /// What must be done to each of [#data] for `after` to be done to the result; empty if nothing
  /// will do.
  private Optional<List<Affine>> up(Affine after) {
    TensorType from = node.input(0).type();
    TensorType to = node.output().type();
    return switch (node.op()) {
      case Identity _ -> Optional.of(List.of(after));
      case Cast _ -> when(widens(from.element(), to.element()), after).map(List::of);
      case Transpose transpose ->
          Optional.of(List.of(after.transposed(inverse(axes(transpose, from.rank())))));
      case Reshape _, Flatten _, Squeeze _, Unsqueeze _ ->
          after.reshaped(to.dims(), from.dims()).map(List::of);
      case Concat concat -> parts(after, axis(concat.axis(), to));
      case Reduction reduction ->
          keptDims(reduction)
              .flatMap(kept -> after.reshaped(to.dims(), kept))
              .flatMap(each -> ofReduced(reduction, each, parts -> 1 / parts))
              .map(List::of);
      case Variadic(var function) when function == Variadic.Function.MEAN ->
          when(areRepeatedAlike(after), after)
              .map(each -> Collections.nCopies(node.inputs().size(), each));
      default ->
          Picking.of(graph, node)
              .map(picking -> picking.up(after))
              .orElseGet(() -> mixing(after))
              .map(List::of);
    };
  }

  /// `s (x + z) + t = (s x + t) + s z`, and `s x + (s z + t)`, if none is repeated over places that
  /// are scaled apart.
  private List<List<Affine>> addends(Affine after) {
    int count = node.inputs().size();
    return IntStream.range(0, areRepeatedAlike(after) ? count : 0)
        .mapToObj(shifted -> IntStream.range(0, count).mapToObj(i -> addend(after, i, shifted)))
        .map(Stream::toList)
        .toList();
  }

  /// Whether no operand is repeated over places that are treated apart.
  private boolean areRepeatedAlike(Affine after) {
    return node.inputs().stream().allMatch(value -> isRepeatedAlike(value, after));
  }

  /// Constants may lack axes before, and be repeated in place, if that makes them not too large.
  private boolean isRepeatedAlike(Value value, Affine after) {
    TensorType from = value.type();
    TensorType to = node.output().type();
    Optional<Constant> constant = graph.constant(value);
    if (constant.isPresent()) {
      ShiftedConstant shifted = new ShiftedConstant(value, constant.get(), after);
      return !shifted.isEnlarged() || shifted.isSmallBeside(to);
    }
    return from.rank() == to.rank()
        && isUniformBut(after, axis -> from.dim(axis).equals(to.dim(axis)));
  }

  private Affine addend(Affine after, int i, int shifted) {
    boolean subtracted = i == 1 && node.op().equals(new Arithmetic(Arithmetic.Function.SUB));
    Affine own = subtracted ? after.withOppositeShift() : after;
    return i == shifted ? own : after.scale();
  }

  /// What is done to the result if each of [#data] is what it does to something; empty if it cannot
  /// be said.
  Optional<Affine> down(List<Affine> before) {
    Affine first = before.getFirst();
    TensorType from = node.input(0).type();
    return switch (node.op()) {
      case Identity _ -> Optional.of(first);
      case Transpose transpose -> Optional.of(first.transposed(axes(transpose, from.rank())));
      case Reshape _, Flatten _, Squeeze _, Unsqueeze _ ->
          first.reshaped(from.dims(), node.output().type().dims());
      case Concat concat -> joined(before, axis(concat.axis(), from));
      case Reduction reduction ->
          keptDims(reduction)
              .filter(kept -> isUniformBut(first, axis -> from.dim(axis).equals(kept.get(axis))))
              .flatMap(kept -> first.reshaped(kept, node.output().type().dims()))
              .flatMap(whole -> ofReduced(reduction, whole, parts -> parts));
      default ->
          Picking.of(graph, node)
              .map(picking -> picking.down(first))
              .orElseGet(() -> mixing(first));
    };
  }

  /// Operators that keep the axes and treat operand and result alike.
  private Optional<Affine> mixing(Affine affine) {
    if (node.op().equals(new Elementwise(Elementwise.Function.NEG))) {
      return Optional.of(affine.withOppositeShift());
    }
    boolean scaleOnly = !affine.shifts();
    boolean moves =
        switch (node.op()) {
          case AveragePool pool ->
              affine.isUniformBeyond(2)
                  && (scaleOnly || !pool.countIncludePad() || !pads(pool.window()));
          case GlobalPool pool ->
              affine.isUniformBeyond(2)
                  && switch (pool.function()) {
                    case AVERAGE -> true;
                    case MAX -> affine.slopesAreAtLeast(0);
                  };
          case MaxPool _ ->
              node.outputs().size() == 1 && affine.isUniformBeyond(2) && affine.slopesAreAtLeast(0);
          case Resize resize ->
              isUniformBut(affine, axis -> resize.leaves(node, graph, axis))
                  && keepsOutside(resize.how(), scaleOnly);
          case Pad pad ->
              isUniformBut(affine, axis -> Pad.leaves(node, graph, axis))
                  && keepsPadding(pad, scaleOnly);
          case Expand _ -> isUniformWhereEnlarged(affine);
          case Relu _, LeakyRelu _, PRelu _ -> scaleOnly && affine.slopesArePositive();
          default -> false;
        };
    return when(moves, affine);
  }

  private boolean isUniformWhereEnlarged(Affine affine) {
    TensorType from = node.input(0).type();
    TensorType to = node.output().type();
    return from.rank() == to.rank()
        && isUniformBut(affine, axis -> from.dim(axis).equals(to.dim(axis)));
  }

  private static Optional<Affine> when(boolean moves, Affine affine) {
    return moves ? Optional.of(affine) : Optional.empty();
  }

  /// Whether zeros may be added around the picture.
  static boolean pads(WindowAttributes window) {
    return switch (window.autoPad()) {
      case NOTSET -> window.pads().stream().anyMatch(pad -> pad != 0);
      case VALID -> false;
      case SAME_LOWER, SAME_UPPER -> true;
    };
  }

  /// What is read beyond the picture is a constant with `tf_crop_and_resize`, which must stay.
  private static boolean keepsOutside(Resampling how, boolean scaleOnly) {
    return how.coordinates() != CoordinateMode.TF_CROP_AND_RESIZE
        || (scaleOnly && how.extrapolation() == 0);
  }

  /// Padding that comes from the picture is scaled with it; a constant must stay the same.
  private boolean keepsPadding(Pad pad, boolean scaleOnly) {
    if (pad.mode() != PadMode.CONSTANT || !node.hasInput(2)) {
      return pad.mode() != PadMode.CONSTANT || scaleOnly;
    }
    boolean zero =
        graph.constant(node.input(2)).map(Constant::doubles).filter(c -> c[0] == 0).isPresent();
    return scaleOnly && zero;
  }

  /// The dimensions of a result as they are before those of 1 are dropped; empty for products, and
  /// if the axes are not known.
  private Optional<List<Dim>> keptDims(Reduction reduction) {
    Optional<Constant> axes =
        reduction.function() != Reduction.Function.PROD && node.hasInput(1)
            ? graph.constant(node.input(1))
            : Optional.empty();
    TensorType from = node.input(0).type();
    return axes.map(
        given -> {
          List<Dim> kept = new ArrayList<>(from.dims());
          Arrays.stream(given.longs()).forEach(axis -> kept.set(axis(axis, from), Dim.ONE));
          return kept;
        });
  }

  /// What is uniform over the elements that are reduced: a mean lets all through, a maximum and a
  /// minimum what does not reverse the order; of `n` elements a sum takes a shift `n` times.
  ///
  /// @param times how often the shift of what is given is that of what comes out
  private Optional<Affine> ofReduced(
      Reduction reduction, Affine affine, DoubleUnaryOperator times) {
    return switch (reduction.function()) {
      case MEAN -> Optional.of(affine);
      case MAX, MIN -> when(affine.slopesAreAtLeast(0), affine);
      case SUM ->
          affine.shifts()
              ? summands().map(count -> affine.shifted(times.applyAsDouble(count)))
              : Optional.of(affine);
      case PROD -> Optional.empty();
    };
  }

  /// How many elements go into each of a reduction's result, if it is known, and not 0.
  private Optional<Double> summands() {
    TensorType from = node.input(0).type();
    double count = 1;
    for (long axis : graph.constant(node.input(1)).orElseThrow().longs()) {
      Dim dim = from.dim(axis(axis, from));
      if (!dim.isKnown() || dim.is(0)) {
        return Optional.empty();
      }
      count *= dim.known().getAsLong();
    }
    return Optional.of(count);
  }

  /// Whether all axes but those that are left as they are are treated alike.
  private static boolean isUniformBut(Affine affine, IntPredicate left) {
    return IntStream.range(0, affine.rank())
        .allMatch(axis -> affine.isUniformAlong(axis) || left.test(axis));
  }

  private static boolean widens(ElementType from, ElementType to) {
    return switch (from) {
      case FLOAT16, BFLOAT16 -> to == ElementType.FLOAT32 || to == ElementType.FLOAT64;
      case FLOAT32 -> to == ElementType.FLOAT64;
      default -> false;
    };
  }

  static int axis(long axis, TensorType type) {
    return (int) (axis < 0 ? axis + type.rank() : axis);
  }

  private static int[] axes(Transpose transpose, int rank) {
    return transpose.permutation().isEmpty()
        ? IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray()
        : transpose.permutation().stream().mapToInt(Math::toIntExact).toArray();
  }

  private static int[] inverse(int[] permutation) {
    int[] inverse = new int[permutation.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }

  private Optional<long[]> lengths(int axis) {
    List<Dim> dims = node.inputs().stream().map(value -> value.type().dim(axis)).toList();
    return dims.stream().allMatch(Dim::isKnown)
        ? Optional.of(dims.stream().mapToLong(dim -> dim.known().getAsLong()).toArray())
        : Optional.empty();
  }

  private Optional<List<Affine>> parts(Affine after, int axis) {
    if (after.isUniformAlong(axis)) {
      return Optional.of(node.inputs().stream().map(_ -> after).toList());
    }
    return lengths(axis).map(counts -> cut(after, axis, counts));
  }

  private static List<Affine> cut(Affine whole, int axis, long[] counts) {
    long[] ends = counts.clone();
    Arrays.parallelPrefix(ends, Long::sum);
    return IntStream.range(0, counts.length)
        .mapToObj(
            i ->
                whole.picked(
                    axis, IntStream.range((int) (ends[i] - counts[i]), (int) ends[i]).toArray()))
        .toList();
  }

  private Optional<Affine> joined(List<Affine> before, int axis) {
    return lengths(axis).map(counts -> Affine.joined(axis, before, counts));
  }
}
