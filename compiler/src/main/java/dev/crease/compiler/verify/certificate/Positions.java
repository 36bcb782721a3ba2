package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Which elements an operator takes and where it puts them, by the specification of ONNX. Passes
/// decide by other code, so a mistake on one side does not hide on the other.
///
/// @param graph that the node is in
record Positions(Node node, Graph graph) {
  private TensorType data() {
    return node.input(0).type();
  }

  /// The elements of an operand, if they are known.
  private Optional<List<Dim>> elements(int operand) {
    return node.hasInput(operand) ? graph.elements(node.input(operand)) : Optional.empty();
  }

  private Optional<List<Long>> numbers(int operand) {
    return elements(operand)
        .filter(dims -> dims.stream().allMatch(Dim::isKnown))
        .map(dims -> dims.stream().map(dim -> dim.known().getAsLong()).toList());
  }

  /// The axes that an operand names, counted from the first; all, if it is left out.
  private Optional<List<Integer>> axes(int operand) {
    return node.hasInput(operand)
        ? numbers(operand).map(axes -> axes.stream().map(this::axis).toList())
        : Optional.of(allAxes());
  }

  private List<Integer> allAxes() {
    return IntStream.range(0, data().rank()).boxed().toList();
  }

  private int axis(long given) {
    return Math.toIntExact(given < 0 ? given + data().rank() : given);
  }

  /// The places along `axis` that a Slice takes, in order.
  Optional<int[]> sliced(int axis) {
    OptionalLong length = data().dim(axis).known();
    Optional<List<Integer>> axes = axes(3);
    if (length.isEmpty() || axes.isEmpty()) {
      return Optional.empty();
    }
    int at = axes.get().indexOf(axis);
    Optional<List<Long>> starts = numbers(1);
    if (at < 0 || (!node.hasInput(3) && starts.filter(all -> at >= all.size()).isPresent())) {
      return Optional.of(IntStream.range(0, Math.toIntExact(length.getAsLong())).toArray());
    }
    Optional<List<Long>> ends = numbers(2);
    Optional<Long> step = node.hasInput(4) ? numbers(4).map(all -> all.get(at)) : Optional.of(1L);
    return starts.isPresent() && ends.isPresent() && step.isPresent()
        ? Optional.of(
            sliced(starts.get().get(at), ends.get().get(at), step.get(), length.getAsLong()))
        : Optional.empty();
  }

  /// `start, start + step, ...` before `end`. Negative bounds count from the end; then `start` is
  /// clamped to `[0, length]` and `end` likewise, but to `[0, length - 1]` and `[-1, length - 1]`
  /// if the step is negative.
  private static int[] sliced(long start, long end, long step, long length) {
    long first = start < 0 ? start + length : start;
    long stop = end < 0 ? end + length : end;
    List<Integer> places = new ArrayList<>();
    if (step > 0) {
      long last = Math.clamp(stop, 0, length);
      for (long i = Math.clamp(first, 0, length); i < last; i += Math.min(step, length)) {
        places.add(Math.toIntExact(i));
      }
    } else if (length > 0) {
      long last = Math.clamp(stop, -1, length - 1);
      for (long i = Math.clamp(first, 0, length - 1); i > last; i += Math.max(step, -length)) {
        places.add(Math.toIntExact(i));
      }
    }
    return places.stream().mapToInt(i -> i).toArray();
  }

  /// Where each part of a Split begins, and where the last one ends: parts as long as told, or all
  /// as long as the first, the last ones shorter.
  Optional<long[]> parts() {
    Attributes given = node.op().attributes();
    int count = node.outputs().size();
    OptionalLong length = data().dim(axis(given.integer("axis"))).known();
    if (node.hasInput(1)) {
      return numbers(1)
          .map(
              lengths ->
                  IntStream.rangeClosed(0, count)
                      .mapToLong(i -> lengths.subList(0, i).stream().mapToLong(each -> each).sum())
                      .toArray());
    }
    return length.isPresent()
        ? Optional.of(
            LongStream.rangeClosed(0, count)
                .map(i -> Math.min(i * Math.ceilDiv(length.getAsLong(), count), length.getAsLong()))
                .toArray())
        : Optional.empty();
  }

  /// How many elements a Pad adds before each axis, then behind each.
  Optional<List<Long>> padding() {
    return padded()
        .filter(all -> all.stream().allMatch(Dim::isKnown))
        .map(all -> all.stream().map(dim -> dim.known().getAsLong()).toList());
  }

  /// Whether a Pad is known to leave an axis as it is.
  boolean isUnpadded(int axis) {
    return padded()
        .filter(all -> all.get(axis).is(0) && all.get(axis + data().rank()).is(0))
        .isPresent();
  }

  /// The operand has the numbers before all axes that are named, then those behind them.
  private Optional<List<Dim>> padded() {
    Optional<List<Dim>> given = elements(1);
    Optional<List<Integer>> axes = axes(3);
    if (given.isEmpty() || axes.isEmpty()) {
      return Optional.empty();
    }
    int rank = data().rank();
    List<Dim> all = new ArrayList<>();
    for (int i = 0; i < 2 * rank; i++) {
      int at = axes.get().indexOf(i % rank);
      boolean behind = i >= rank;
      all.add(at < 0 ? Dim.ZERO : given.get().get(behind ? at + axes.get().size() : at));
    }
    return Optional.of(all);
  }

  /// Whether a Resize is known to leave an axis as it is: one that it does not name, one with the
  /// scale 1, or one that has the length which it is to have. It has another scale if one is common
  /// to all axes, and reads other places if only a region counts.
  boolean isUnresized(int axis) {
    Attributes given = node.op().attributes();
    List<Integer> axes =
        given.has("axes") ? given.integers("axes").stream().map(this::axis).toList() : allAxes();
    if (!axes.contains(axis)) {
      return true;
    }
    boolean simple =
        given.text("keep_aspect_ratio_policy").equals("stretch")
            && !given.text("coordinate_transformation_mode").equals("tf_crop_and_resize");
    boolean scaled = node.hasInput(2) && !node.input(2).type().elements().is(0);
    int at = axes.indexOf(axis);
    return simple
        && (scaled
            ? graph.constant(node.input(2)).filter(c -> c.doubles()[at] == 1).isPresent()
            : data().dim(axis).equals(node.output().type().dim(axis)));
  }
}
