package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// ONNX `Slice`: along each of `axes`, the elements from `starts` to `ends` (not included) in
/// `steps`. Negative positions count from the end; positions beyond the picture are clamped.
public record Slice() implements Primitive, ShapeArithmetic {
  /// From here on a bound means "as far as it goes" (ONNX recommends the largest integers).
  private static final long FAR = 1L << 30;

  public static final OpSchema SCHEMA =
      OpSchema.named("Slice")
          .since(13)
          .input("data", "T", TypeSets.ALL)
          .input("starts", "Tind", TypeSets.INDEXES)
          .input("ends", "Tind", TypeSets.INDEXES)
          .optionalInput("axes", "Tind", TypeSets.INDEXES)
          .optionalInput("steps", "Tind", TypeSets.INDEXES)
          .output("output", "T", TypeSets.ALL)
          .build(_ -> new Slice());

  /// One axis of a slice: the first element taken, how many, and how far apart.
  private record Cut(Dim start, Dim length, long step) {
    static Cut whole(Dim dim) {
      return new Cut(Dim.ZERO, dim, 1);
    }

    static Cut of(Dim dim, Dim start, Dim end, long givenStep) {
      long step = Math.clamp(givenStep, -FAR, FAR);
      Dim begin = fromEnd(start, dim);
      Dim stop = fromEnd(end, dim);
      if (step > 0) {
        Dim first = begin.max(Dim.ZERO);
        Dim length = stop.min(dim).minus(first).ceilDiv(Dim.of(step)).max(Dim.ZERO);
        return new Cut(first.min(dim), length, step);
      }
      Dim first = begin.min(dim.plus(-1));
      if (!begin.isNonNegative() && !start.is(-1)) {
        first = first.max(Dim.ZERO);
      }
      Dim room = first.minus(stop.max(Dim.of(-1)));
      Dim length = room.ceilDiv(Dim.of(-step)).max(Dim.ZERO).min(dim);
      return new Cut(first.max(Dim.ZERO), length, step);
    }

    /// A position counted from the front: `position < 0 ? position + dim : position`. Where the
    /// sign is not known, `min(1, max(0, -position))` is 1 for negative positions and else 0.
    private static Dim fromEnd(Dim position, Dim dim) {
      if (position.isKnown()) {
        long number = position.known().getAsLong();
        if (number >= FAR) {
          return dim;
        }
        if (number <= -FAR) {
          return Dim.of(-1);
        }
      }
      if (position.isNonNegative()) {
        return position;
      }
      Dim negative = position.times(-1).max(Dim.ZERO).min(Dim.ONE);
      return position.plus(dim.times(negative));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  /// What is known of one of the operands after `data`.
  private record Bounds(boolean given, Optional<List<Dim>> elements) {
    static List<Bounds> of(Operands operands) {
      return IntStream.rangeClosed(1, 4)
          .mapToObj(i -> new Bounds(operands.has(i), operands.elements(i)))
          .toList();
    }

    static List<Bounds> of(Node node, Graph graph) {
      return IntStream.rangeClosed(1, 4)
          .mapToObj(i -> new Bounds(node.hasInput(i), graph.elements(node.input(i))))
          .toList();
    }

    /// The numbers, or `missing` if the operand is left out; empty if they are not known.
    Optional<List<Long>> numbers(List<Long> missing) {
      if (!given) {
        return Optional.of(missing);
      }
      return elements
          .filter(list -> list.stream().allMatch(Dim::isKnown))
          .map(list -> list.stream().map(dim -> dim.known().getAsLong()).toList());
    }
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    List<Bounds> bounds = Bounds.of(operands);
    Optional<List<Cut>> cuts = cuts(data, bounds);
    if (cuts.isPresent()) {
      return List.of(data.withDims(cuts.get().stream().map(Cut::length).toList()));
    }
    Dim count = operands.type(1).elements();
    long leading = count.isKnown() ? Math.min(count.known().getAsLong(), data.rank()) : data.rank();
    List<Long> all = LongStream.range(0, data.rank()).boxed().toList();
    List<Long> first = LongStream.range(0, leading).boxed().toList();
    List<Dim> dims = new ArrayList<>(data.dims());
    for (long axis : bounds.get(2).numbers(first).orElse(all)) {
      dims.set(Axes.normalize("Slice", axis, data.rank()), operands.freshSymbol());
    }
    return List.of(data.withDims(dims));
  }

  /// What is taken along every axis, if starts, ends, axes and steps are known, symbols allowed in
  /// the first two.
  private static Optional<List<Cut>> cuts(TensorType data, List<Bounds> bounds) {
    List<Dim> starts = bounds.get(0).elements().orElse(List.of());
    List<Dim> ends = bounds.get(1).elements().orElse(List.of());
    int count = starts.size();
    Optional<List<Long>> axes = bounds.get(2).numbers(LongStream.range(0, count).boxed().toList());
    Optional<List<Long>> steps = bounds.get(3).numbers(Collections.nCopies(count, 1L));
    boolean known = bounds.get(0).elements().isPresent() && bounds.get(1).elements().isPresent();
    if (!known || axes.isEmpty() || steps.isEmpty()) {
      return Optional.empty();
    }
    if (ends.size() != count || axes.get().size() != count || steps.get().size() != count) {
      throw new InvalidOperandException(
          "Slice needs as many starts, ends, axes and steps, got %d, %d, %d and %d"
              .formatted(count, ends.size(), axes.get().size(), steps.get().size()));
    }
    List<Cut> cuts = new ArrayList<>(data.dims().stream().map(Cut::whole).toList());
    Axes.normalize("Slice", axes.get(), data.rank());
    for (int i = 0; i < count; i++) {
      int axis = Axes.normalize("Slice", axes.get().get(i), data.rank());
      if (steps.get().get(i) == 0) {
        throw new InvalidOperandException("a step of Slice is 0");
      }
      cuts.set(axis, Cut.of(data.dim(axis), starts.get(i), ends.get(i), steps.get().get(i)));
    }
    return Optional.of(cuts);
  }

  /// The places along `axis` that a node of this operator takes, if they are known.
  public static Optional<int[]> picks(Node node, Graph graph, int axis) {
    Optional<Cut> cut =
        cuts(node.input(0).type(), Bounds.of(node, graph)).map(cuts -> cuts.get(axis));
    return cut.filter(c -> c.start().isKnown() && c.length().isKnown())
        .map(
            c ->
                LongStream.range(0, c.length().known().getAsLong())
                    .mapToInt(i -> (int) (c.start().known().getAsLong() + i * c.step()))
                    .toArray());
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<List<Dim>> data = operands.elements(0);
    Optional<List<Cut>> cuts =
        data.isPresent() ? cuts(operands.type(0), Bounds.of(operands)) : Optional.empty();
    if (data.isEmpty() || cuts.isEmpty() || cuts.get().size() != 1) {
      return Optional.empty();
    }
    Cut cut = cuts.get().getFirst();
    if (!cut.start().isKnown() || !cut.length().isKnown()) {
      return Optional.empty();
    }
    List<Dim> taken = new ArrayList<>();
    for (long i = 0; i < cut.length().known().getAsLong(); i++) {
      taken.add(data.get().get((int) (cut.start().known().getAsLong() + i * cut.step())));
    }
    return Optional.of(taken);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    List<Long> starts = Axes.of(inputs.get(1));
    List<Long> ends = Axes.of(inputs.get(2));
    int[] dense = Strides.rowMajor(data.shape());
    int[] strides = dense.clone();
    int[] shape = data.shape().clone();
    int offset = 0;
    for (int i = 0; i < starts.size(); i++) {
      long named = inputs.has(3) ? (long) inputs.get(3).data()[i] : i;
      int axis = Axes.normalize("Slice", named, data.rank());
      long step = inputs.has(4) ? Math.clamp((long) inputs.get(4).data()[i], -FAR, FAR) : 1;
      long last = data.dim(axis) - (step > 0 ? 0 : 1);
      long first = clamp(starts.get(i), data.dim(axis), 0, last);
      long end = clamp(ends.get(i), data.dim(axis), step > 0 ? 0 : -1, last);
      shape[axis] = (int) Math.clamp(Math.ceilDiv(end - first, step), 0, data.dim(axis));
      strides[axis] = (int) Math.clamp(dense[axis] * step, Integer.MIN_VALUE, Integer.MAX_VALUE);
      offset += shape[axis] == 0 ? 0 : (int) first * dense[axis];
    }
    return List.of(
        new DoubleTensor(data.type(), shape, Strides.copy(data.data(), offset, strides, shape)));
  }

  private static long clamp(long position, int dim, long low, long high) {
    return Math.min(Math.max(position < 0 ? position + dim : position, low), Math.max(low, high));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Optional<List<Cut>> cuts = cuts(node.input(0).type(), Bounds.of(node, to.graph()));
    if (cuts.isEmpty()) {
      lowerByData(node, to);
      return;
    }
    if (ChannelSelection.lower(node, to, channels(node, to.graph(), cuts.get()))) {
      return;
    }
    List<Extent> starts = cuts.get().stream().map(cut -> to.extent(cut.start())).toList();
    List<Extent> steps = cuts.get().stream().map(cut -> Extent.of(cut.step())).toList();
    int x = to.read(node.input(0), Layout.PLAIN);
    to.emit(new Instruction.Slice(x, to.write(node.output(), Layout.PLAIN), starts, steps));
  }

  /// The channels that are taken, if nothing else is cut and they are known.
  private static Optional<int[]> channels(Node node, Graph graph, List<Cut> cuts) {
    List<Dim> dims = node.input(0).type().dims();
    for (int axis = 0; axis < dims.size(); axis++) {
      if (axis != 1 && !cuts.get(axis).equals(Cut.whole(dims.get(axis)))) {
        return Optional.empty();
      }
    }
    return dims.size() < 2 ? Optional.empty() : picks(node, graph, 1);
  }

  private static void lowerByData(Node node, Lowering to) {
    List<Dim> dims = node.input(0).type().dims();
    int rank = dims.size();
    List<Value> operands = IntStream.rangeClosed(1, 4).mapToObj(node::input).toList();
    List<Extent> numbers = DataShape.numbers(to, Routine.SLICED_SHAPE, operands, dims, 3 * rank);
    DataShape.define(node.output().type(), numbers.subList(2 * rank, 3 * rank), to);
    int x = to.read(node.input(0), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Slice(x, y, numbers.subList(0, rank), numbers.subList(rank, 2 * rank)));
  }
}
