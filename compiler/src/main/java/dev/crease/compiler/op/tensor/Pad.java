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
import dev.crease.runtime.plan.PadMode;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// ONNX `Pad`: along each of `axes` (all, if left out) `pads` elements before the first and after
/// the last, first all the former, then all the latter; negative numbers crop. By mode, what is
/// added is `constant_value`, or 0; the nearest element (`edge`); the elements mirrored at the ends
/// (`reflect`); or those of the other end (`wrap`). An axis that is cropped on one side is padded
/// on the other by the elements that it had before.
public record Pad(PadMode mode) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Pad")
          .since(19)
          .attribute("mode", "constant")
          .input("data", "T", TypeSets.ALL)
          .input("pads", "tensor(int64)", TypeSets.SHAPES)
          .optionalInput("constant_value", "T", TypeSets.ALL)
          .optionalInput("axes", "Tind", TypeSets.INDEXES)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new Pad(mode(a.text("mode"))));

  private static PadMode mode(String name) {
    return switch (name) {
      case "constant" -> PadMode.CONSTANT;
      case "edge" -> PadMode.EDGE;
      case "reflect" -> PadMode.REFLECT;
      case "wrap" -> PadMode.WRAP;
      default ->
          throw new IllegalArgumentException(
              "mode is `" + name + "`, expected constant, edge, reflect or wrap");
    };
  }

  /// What an axis gains on both sides.
  private record Margin(Dim before, Dim after) {
    static final Margin NONE = new Margin(Dim.ZERO, Dim.ZERO);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("mode", mode.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    if (operands.has(2)
        && operands.type(2).knownDims().isPresent()
        && !operands.type(2).elements().is(1)) {
      throw new InvalidOperandException(
          "constant_value of Pad should be a scalar, got " + operands.type(2));
    }
    Optional<List<Dim>> pads = operands.elements(1);
    Optional<List<Long>> axes = axes(operands, data.rank());
    List<Dim> dims = new ArrayList<>();
    if (pads.isEmpty() || axes.isEmpty()) {
      List<Long> named = axes.orElse(all(data.rank()));
      List<Integer> padded = Axes.normalize("Pad", named, data.rank());
      for (int axis = 0; axis < data.rank(); axis++) {
        dims.add(padded.contains(axis) ? operands.freshSymbol() : data.dim(axis));
      }
      return List.of(data.withDims(dims));
    }
    List<Margin> margins = margins(data.rank(), pads.get(), axes.get());
    for (int axis = 0; axis < data.rank(); axis++) {
      Dim dim = data.dim(axis).plus(margins.get(axis).before()).plus(margins.get(axis).after());
      if (dim.isKnown() && dim.known().getAsLong() < 0) {
        throw new InvalidOperandException(
            "Pad crops axis %d of %s to %s elements".formatted(axis, data, dim));
      }
      dims.add(dim);
    }
    return List.of(data.withDims(dims));
  }

  private static Optional<List<Long>> axes(Operands operands, int rank) {
    if (!operands.has(3)) {
      return Optional.of(all(rank));
    }
    return Axes.areKnown(operands, 3)
        ? Optional.of(Axes.known("Pad", operands, 3))
        : Optional.empty();
  }

  private static List<Long> all(int rank) {
    return LongStream.range(0, rank).boxed().toList();
  }

  /// Whether a node of this operator is known to leave `axis` as it is.
  public static boolean leaves(Node node, Graph graph, int axis) {
    return margins(node, graph)
        .filter(margins -> margins.get(axis).equals(Margin.NONE))
        .isPresent();
  }

  /// What a node of this operator adds before all axes, then after all axes, if all is known.
  public static Optional<List<Long>> pads(Node node, Graph graph) {
    return margins(node, graph)
        .map(
            margins ->
                Stream.concat(
                        margins.stream().map(Margin::before), margins.stream().map(Margin::after))
                    .toList())
        .filter(Pad::areNumbers)
        .map(pads -> pads.stream().map(pad -> pad.known().getAsLong()).toList());
  }

  private static Optional<List<Margin>> margins(Node node, Graph graph) {
    int rank = node.input(0).type().rank();
    Optional<List<Dim>> pads = graph.elements(node.input(1));
    Optional<List<Dim>> named = graph.elements(node.input(3));
    boolean known =
        pads.isPresent() && (!node.hasInput(3) || named.filter(Pad::areNumbers).isPresent());
    if (!known) {
      return Optional.empty();
    }
    List<Long> axes =
        named
            .map(dims -> dims.stream().map(dim -> dim.known().getAsLong()).toList())
            .orElse(all(rank));
    return Optional.of(margins(rank, pads.get(), axes));
  }

  private static boolean areNumbers(List<Dim> dims) {
    return dims.stream().allMatch(Dim::isKnown);
  }

  private static List<Margin> margins(int rank, List<Dim> pads, List<Long> axes) {
    if (pads.size() != 2 * axes.size()) {
      throw new InvalidOperandException(
          "Pad needs two pads for each of %d axes, got %d".formatted(axes.size(), pads.size()));
    }
    Axes.normalize("Pad", axes, rank);
    List<Margin> margins = new ArrayList<>(Collections.nCopies(rank, Margin.NONE));
    for (int i = 0; i < axes.size(); i++) {
      int axis = Axes.normalize("Pad", axes.get(i), rank);
      margins.set(axis, new Margin(pads.get(i), pads.get(i + axes.size())));
    }
    return margins;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    List<Dim> pads = Axes.of(inputs.get(1)).stream().map(Dim::of).toList();
    List<Long> axes = inputs.has(3) ? Axes.of(inputs.get(3)) : all(x.rank());
    List<Margin> margins = margins(x.rank(), pads, axes);
    int[] begins = new int[x.rank()];
    int[] shape = new int[x.rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      begins[axis] = Math.toIntExact(margins.get(axis).before().known().getAsLong());
      int end = Math.toIntExact(margins.get(axis).after().known().getAsLong());
      shape[axis] = Math.toIntExact((long) begins[axis] + x.dim(axis) + end);
      if (shape[axis] < 0) {
        throw new InvalidOperandException(
            "Pad crops axis %d of %s to %d elements".formatted(axis, x, shape[axis]));
      }
    }
    double value = inputs.has(2) ? single(inputs.get(2)) : 0;
    double[] y = new double[Strides.count(shape)];
    int[] strides = Strides.rowMajor(shape);
    int[] from = Strides.rowMajor(x.shape());
    for (int i = 0; i < y.length; i++) {
      int at = 0;
      boolean inside = true;
      for (int axis = 0; axis < shape.length; axis++) {
        int position = i / strides[axis] % shape[axis] - begins[axis];
        int source = source(position, x.dim(axis));
        inside &= source >= 0;
        at += source * from[axis];
      }
      y[i] = inside ? x.data()[at] : value;
    }
    return List.of(new DoubleTensor(x.type(), shape, y));
  }

  private static double single(DoubleTensor value) {
    if (value.data().length != 1) {
      throw new InvalidOperandException(
          "constant_value of Pad should be one element, got " + value);
    }
    return value.data()[0];
  }

  /// The element of an axis that stands at a position counted from the first, or -1.
  private int source(int position, int size) {
    if (position >= 0 && position < size) {
      return position;
    }
    if (mode == PadMode.CONSTANT) {
      return -1;
    }
    if (size == 0) {
      throw new InvalidOperandException("Pad finds no element to pad with in an empty axis");
    }
    return switch (mode) {
      case CONSTANT -> -1;
      case EDGE -> position < 0 ? 0 : size - 1;
      case WRAP -> Math.floorMod(position, size);
      case REFLECT -> size == 1 ? 0 : reflected(Math.floorMod(position, 2 * (size - 1)), size);
    };
  }

  private static int reflected(int position, int size) {
    return position < size ? position : 2 * (size - 1) - position;
  }

  @Override
  public void lower(Node node, Lowering to) {
    int rank = node.input(0).type().rank();
    Optional<List<Dim>> pads = to.graph().elements(node.input(1));
    Optional<List<Dim>> named =
        node.hasInput(3) ? to.graph().elements(node.input(3)) : Optional.of(List.of());
    if (pads.isEmpty() || !named.filter(list -> list.stream().allMatch(Dim::isKnown)).isPresent()) {
      lowerByData(node, to);
      return;
    }
    List<Long> axes =
        node.hasInput(3)
            ? named.get().stream().map(dim -> dim.known().getAsLong()).toList()
            : all(rank);
    List<Extent> begins =
        margins(rank, pads.get(), axes).stream().map(margin -> to.extent(margin.before())).toList();
    emit(node, begins, to);
  }

  private void lowerByData(Node node, Lowering to) {
    List<Dim> dims = node.input(0).type().dims();
    List<Value> operands = List.of(node.input(1), node.input(3));
    List<Extent> numbers =
        DataShape.numbers(to, Routine.PADDED_SHAPE, operands, dims, 2 * dims.size());
    DataShape.define(node.output().type(), numbers.subList(dims.size(), 2 * dims.size()), to);
    emit(node, numbers.subList(0, dims.size()), to);
  }

  private void emit(Node node, List<Extent> begins, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    int value = mode == PadMode.CONSTANT ? value(node, to) : Instruction.ABSENT;
    to.emit(new Instruction.Pad(mode, x, value, to.write(node.output(), Layout.PLAIN), begins));
  }

  private static int value(Node node, Lowering to) {
    if (node.hasInput(2)) {
      return to.read(node.input(2), Layout.PLAIN);
    }
    return zero(node.output().type(), to);
  }

  /// The slot of a constant that is zero, of the element type of `type`.
  static int zero(TensorType type, Lowering to) {
    TensorType scalar = type.withDims(List.of());
    return to.constant(scalar, Layout.PLAIN, () -> zero(scalar));
  }

  /// A number 0, false, or the empty string.
  private static Object zero(TensorType scalar) {
    Object zero = scalar.element().storage().allocate(1);
    if (zero instanceof Object[] strings) {
      strings[0] = "";
    }
    return zero;
  }
}
