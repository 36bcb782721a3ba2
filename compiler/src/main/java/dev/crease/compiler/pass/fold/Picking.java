package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.tensor.DepthToSpace;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.SpaceToDepth;
import dev.crease.compiler.op.tensor.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A node each element of whose result is a certain one of its operand, at constant places along
/// some axes: Slice, Gather, Tile, DepthToSpace and SpaceToDepth.
///
/// A scale and shift moves through it with the elements. On the way to the operand none may be
/// asked for two different things; one that is not picked may be treated in any way, and is left
/// alone.
record Picking(Graph graph, Node node) {
  /// The node as one, if it is one.
  static Optional<Picking> of(Graph graph, Node node) {
    return switch (node.op()) {
      case Slice _, Gather _, Tile _, DepthToSpace _, SpaceToDepth _ ->
          Optional.of(new Picking(graph, node));
      default -> Optional.empty();
    };
  }

  /// What must be done to the operand for `after` to be done to the result; empty if nothing will
  /// do.
  Optional<Affine> up(Affine after) {
    return switch (node.op()) {
      case Tile _ -> untiled(after);
      case DepthToSpace _, SpaceToDepth _ -> regrouped(after, node.op() instanceof DepthToSpace);
      case Gather gather -> ungathered(gather, after, false);
      default -> unpicked(after, false);
    };
  }

  /// As [#up], but nothing is done to elements that are not picked, even if all that are picked are
  /// treated alike.
  Optional<Affine> read(Affine read) {
    return switch (node.op()) {
      case Slice _ -> unpicked(read, true);
      case Gather gather -> ungathered(gather, read, true);
      default -> up(read);
    };
  }

  /// What is done to the result if the operand is what `before` makes of something; empty if it
  /// cannot be said.
  Optional<Affine> down(Affine before) {
    return switch (node.op()) {
      case Tile _ -> tiled(before);
      case DepthToSpace _, SpaceToDepth _ -> regrouped(before, node.op() instanceof SpaceToDepth);
      case Gather gather -> gathered(gather, before);
      default -> sliced(before);
    };
  }

  /// What is repeated is treated alike each time.
  private Optional<Affine> untiled(Affine after) {
    Optional<Affine> before = Optional.of(after);
    for (int axis = 0; axis < after.rank(); axis++) {
      int at = axis;
      if (!after.isUniformAlong(axis)) {
        before =
            before.flatMap(
                affine ->
                    repeats(at)
                        .flatMap(picks -> affine.unpicked(at, picks, length(at).orElseThrow())));
      }
    }
    return before;
  }

  private Optional<Affine> tiled(Affine first) {
    Optional<Affine> behind = Optional.of(first);
    for (int axis = 0; axis < first.rank(); axis++) {
      int at = axis;
      if (!first.isUniformAlong(axis)) {
        behind = behind.flatMap(affine -> repeats(at).map(picks -> affine.picked(at, picks)));
      }
    }
    return behind;
  }

  /// Where along an axis the elements of a Tile's result come from, if both lengths are known.
  private Optional<int[]> repeats(int axis) {
    Dim to = node.output().type().dim(axis);
    return length(axis)
        .filter(count -> count > 0 && to.isKnown() && !to.is(0))
        .map(
            count ->
                IntStream.range(0, Math.toIntExact(to.known().getAsLong()))
                    .map(i -> i % count)
                    .toArray());
  }

  /// Every channel of pictures with few of them is in `block^2` channels of those with many.
  ///
  /// @param toMany whether `affine` is of the few
  private Optional<Affine> regrouped(Affine affine, boolean toMany) {
    if (!affine.isUniformBeyond(2)) {
      return Optional.empty();
    }
    if (affine.isUniformAlong(1)) {
      return Optional.of(affine);
    }
    Dim few = (node.op() instanceof DepthToSpace ? node.output() : node.input(0)).type().dim(1);
    Dim many = (node.op() instanceof DepthToSpace ? node.input(0) : node.output()).type().dim(1);
    if (!few.isKnown() || !many.isKnown()) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(few.known().getAsLong());
    int all = Math.toIntExact(many.known().getAsLong());
    boolean columnsFirst = node.op() instanceof DepthToSpace depth && depth.columnsFirst();
    int[] picks =
        IntStream.range(0, all)
            .map(i -> columnsFirst ? i / (all / channels) : i % channels)
            .toArray();
    return toMany ? Optional.of(affine.picked(1, picks)) : affine.unpicked(1, picks, channels);
  }

  private Optional<Affine> sliced(Affine affine) {
    Affine result = affine;
    for (int axis = 0; axis < affine.rank(); axis++) {
      if (!affine.isUniformAlong(axis)) {
        Optional<int[]> picks = Slice.picks(node, graph, axis);
        if (picks.isEmpty()) {
          return Optional.empty();
        }
        result = result.picked(axis, picks.get());
      }
    }
    return Optional.of(result);
  }

  /// What is to be done to the elements that are picked along each axis; nothing to the others,
  /// unless all are treated alike.
  ///
  /// @param alone whether nothing is done to the others in any case, if they are known
  private Optional<Affine> unpicked(Affine after, boolean alone) {
    Optional<Affine> before = Optional.of(after);
    for (int axis = 0; axis < after.rank(); axis++) {
      int at = axis;
      boolean alike = after.isUniformAlong(axis);
      Optional<Integer> count = length(axis);
      Optional<int[]> picks =
          count
              .filter(_ -> alone || !alike)
              .flatMap(length -> picks(at).filter(all -> areWithin(all, length)))
              .filter(all -> !alike || leaveSome(all, count.orElseThrow()));
      if (picks.isPresent()) {
        before = before.flatMap(affine -> affine.unpicked(at, picks.get(), count.orElseThrow()));
      } else if (!alike) {
        return Optional.empty();
      }
    }
    return before;
  }

  /// What a Slice or Gather takes along an axis of its operand, if it keeps the axes.
  private Optional<int[]> picks(int axis) {
    return node.op() instanceof Gather gather
        ? gatheredFrom(axis, gather)
        : Slice.picks(node, graph, axis);
  }

  private static boolean areWithin(int[] picks, int length) {
    return Arrays.stream(picks).allMatch(i -> 0 <= i && i < length);
  }

  private static boolean leaveSome(int[] picks, int length) {
    return Arrays.stream(picks).distinct().count() < length;
  }

  private Optional<Integer> length(int axis) {
    Dim dim = node.input(0).type().dim(axis);
    return dim.isKnown() ? Optional.of(Math.toIntExact(dim.known().getAsLong())) : Optional.empty();
  }

  /// What a Gather with constant indices takes along an axis.
  private Optional<int[]> gatheredFrom(int axis, Gather gather) {
    if (axis != Commuting.axis(gather.axis(), node.input(0).type())) {
      return length(axis).map(count -> IntStream.range(0, count).toArray());
    }
    return length(axis)
        .flatMap(
            count ->
                graph
                    .constant(node.input(1))
                    .map(
                        indices ->
                            Arrays.stream(indices.longs())
                                .mapToInt(i -> (int) (i < 0 ? i + count : i))
                                .toArray()));
  }

  /// What is done to the operand of a Gather, whose indices have axes of their own in the result:
  /// any number in the place of one.
  private Optional<Affine> ungathered(Gather gather, Affine after, boolean alone) {
    return after
        .reshaped(node.output().type().dims(), gatheredDims(gather))
        .flatMap(picked -> unpicked(picked, alone));
  }

  private Optional<Affine> gathered(Gather gather, Affine affine) {
    int axis = Commuting.axis(gather.axis(), node.input(0).type());
    Optional<Affine> picked =
        affine.isUniformAlong(axis)
            ? Optional.of(affine)
            : gatheredFrom(axis, gather)
                .filter(indices -> areWithin(indices, (int) affine.dims()[axis]))
                .map(indices -> affine.picked(axis, indices));
    return picked.flatMap(
        result -> result.reshaped(gatheredDims(gather), node.output().type().dims()));
  }

  /// The dimensions of the result, with those of the indices as one.
  private List<Dim> gatheredDims(Gather gather) {
    TensorType from = node.input(0).type();
    List<Dim> dims = new ArrayList<>(from.dims());
    dims.set(Commuting.axis(gather.axis(), from), node.input(1).type().elements());
    return dims;
  }
}
