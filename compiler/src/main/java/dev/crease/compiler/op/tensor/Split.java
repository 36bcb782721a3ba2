package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// ONNX `Split`: a tensor cut along `axis` into parts one after the other, of the lengths that
/// `split` gives, or else into `num_outputs` parts of one length, the last of which may be shorter.
///
/// @param parts `num_outputs`; empty if `split` is given
public record Split(long axis, OptionalLong parts) implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Split")
          .since(18)
          .attribute("axis", 0)
          .optional("num_outputs", Attribute.Kind.INT)
          .input("input", "T", TypeSets.ALL)
          .optionalInput("split", "", TypeSets.SHAPES)
          .variadicOutput("outputs", "T", TypeSets.ALL)
          .build(
              a ->
                  new Split(
                      a.integer("axis"),
                      a.has("num_outputs")
                          ? OptionalLong.of(a.integer("num_outputs"))
                          : OptionalLong.empty()));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes given = Attributes.NONE.with("axis", axis);
    return parts.isPresent() ? given.with("num_outputs", parts.getAsLong()) : given;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    int at = Axes.normalize("Split", axis, x.rank());
    List<TensorType> types = new ArrayList<>();
    for (Dim length : lengths(operands, x.dim(at))) {
      List<Dim> dims = new ArrayList<>(x.dims());
      dims.set(at, length);
      types.add(x.withDims(dims));
    }
    return types;
  }

  private List<Dim> lengths(Operands operands, Dim dim) {
    int count = operands.outputs();
    if (parts.isPresent() == operands.has(1)) {
      throw new InvalidOperandException(
          "Split needs either the attribute num_outputs or the operand split");
    }
    if (parts.isPresent()) {
      if (parts.getAsLong() != count) {
        throw new InvalidOperandException(
            "Split has num_outputs = %d, but %d results".formatted(parts.getAsLong(), count));
      }
      return equalLengths(dim, count);
    }
    Optional<List<Dim>> given = operands.elements(1);
    if (given.isEmpty()) {
      TensorType type = operands.type(1);
      if (type.rank() != 1 || type.dim(0).isKnown() && !type.dim(0).is(count)) {
        throw new InvalidOperandException(
            "Split has %d results, but lengths of %s".formatted(count, type));
      }
      List<Dim> unknown = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        unknown.add(operands.freshSymbol());
      }
      return unknown;
    }
    Dim sum = given.get().stream().reduce(Dim.ZERO, Dim::plus);
    boolean fits =
        given.get().size() == count && (!sum.isKnown() || !dim.isKnown() || sum.equals(dim));
    if (!fits) {
      throw new InvalidOperandException(
          "Split cannot cut a length of %s into %d parts of lengths %s"
              .formatted(dim, count, given.get()));
    }
    return given.get();
  }

  /// The first is `ceil(dim / count)` long. Of two parts the second is the rest; of more, what the
  /// others leave may be shorter for several, or nothing.
  private static List<Dim> equalLengths(Dim dim, int count) {
    Dim length = dim.ceilDiv(Dim.of(count));
    List<Dim> lengths = new ArrayList<>(List.of(length));
    for (int i = 1; i < count; i++) {
      Dim rest = dim.minus(length.times(i));
      Dim part = i == count - 1 ? rest : rest.min(length);
      lengths.add(i == 1 ? part : part.max(Dim.ZERO));
    }
    return dim.equals(length.times(count)) ? Collections.nCopies(count, length) : lengths;
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    return allElements(operands).getFirst();
  }

  @Override
  public List<Optional<List<Dim>>> allElements(Operands operands) {
    Optional<List<Dim>> whole = operands.elements(0);
    List<Optional<List<Dim>>> all = new ArrayList<>();
    int from = 0;
    for (TensorType part : infer(operands)) {
      boolean known = whole.isPresent() && part.rank() == 1 && part.dim(0).isKnown();
      if (!known) {
        all.add(Optional.empty());
        continue;
      }
      int to = from + (int) part.dim(0).known().getAsLong();
      all.add(Optional.of(whole.get().subList(from, to)));
      from = to;
    }
    return all;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int at = Axes.normalize("Split", axis, x.rank());
    int count = inputs.outputs();
    int longest = Math.ceilDiv(x.dim(at), count);
    int[] strides = Strides.rowMajor(x.shape());
    List<DoubleTensor> results = new ArrayList<>();
    if (inputs.has(1)) {
      double[] lengths = inputs.get(1).data();
      boolean fits = Arrays.stream(lengths).allMatch(length -> length >= 0);
      if (!fits || lengths.length != count || Arrays.stream(lengths).sum() != x.dim(at)) {
        throw new InvalidOperandException(
            "Split cannot cut a length of %d into %d parts of lengths %s"
                .formatted(x.dim(at), count, Arrays.toString(lengths)));
      }
    }
    int from = 0;
    for (int i = 0; i < count; i++) {
      int[] shape = x.shape().clone();
      shape[at] =
          inputs.has(1) ? (int) inputs.get(1).data()[i] : Math.min(longest, x.dim(at) - from);
      double[] part = Strides.copy(x.data(), from * strides[at], strides, shape);
      results.add(new DoubleTensor(x.type(), shape, part));
      from += shape[at];
    }
    return results;
  }

  /// Where each part begins, and after the last where it ends, if all are known.
  public Optional<long[]> bounds(Node node, Graph graph) {
    TensorType x = node.input(0).type();
    Optional<List<Dim>> lengths =
        lengths(
            x.dim(Axes.normalize("Split", axis, x.rank())),
            node.outputs().size(),
            node.hasInput(1) ? graph.elements(node.input(1)) : Optional.empty());
    if (lengths.isEmpty() || !lengths.get().stream().allMatch(Dim::isKnown)) {
      return Optional.empty();
    }
    long[] bounds = new long[lengths.get().size() + 1];
    for (int i = 0; i + 1 < bounds.length; i++) {
      bounds[i + 1] = bounds[i] + lengths.get().get(i).known().getAsLong();
    }
    return Optional.of(bounds);
  }

  /// @param given what is known of `split`
  private Optional<List<Dim>> lengths(Dim whole, int count, Optional<List<Dim>> given) {
    return parts.isPresent() ? Optional.of(equalLengths(whole, count)) : given;
  }

  /// The parts of `x` between known [#bounds]: `Slice(x, start, end, axis)` for each.
  public List<Value> slices(Value x, long[] bounds, GraphBuilder out) {
    Value axes = longs(out, axis);
    List<Value> slices = new ArrayList<>();
    for (int i = 0; i + 1 < bounds.length; i++) {
      Value begin = longs(out, bounds[i]);
      slices.add(out.add(new Slice(), x, begin, longs(out, bounds[i + 1]), axes));
    }
    return slices;
  }

  @Override
  public void lower(Node node, Lowering to) {
    int rank = node.input(0).type().rank();
    int at = Axes.normalize("Split", axis, rank);
    List<Extent> lengths = lengths(node, at, to);
    int x = to.read(node.input(0), Layout.PLAIN);
    Extent start = Extent.of(0);
    for (int i = 0; i < node.outputs().size(); i++) {
      Value part = node.output(i);
      if (!part.isAbsent()) {
        List<Extent> starts = new ArrayList<>(Collections.nCopies(rank, Extent.of(0)));
        starts.set(at, start);
        List<Extent> steps = Collections.nCopies(rank, Extent.of(1));
        to.emit(new Instruction.Slice(x, to.write(part, Layout.PLAIN), starts, steps));
      }
      start = new Extent.Sum(start, lengths.get(i));
    }
  }

  /// The lengths of the parts, which have values then.
  private List<Extent> lengths(Node node, int at, Lowering to) {
    Dim whole = node.input(0).type().dim(at);
    int count = node.outputs().size();
    Optional<List<Dim>> known =
        lengths(
            whole, count, node.hasInput(1) ? to.graph().elements(node.input(1)) : Optional.empty());
    if (known.isPresent()) {
      return known.get().stream().map(to::extent).toList();
    }
    List<Extent> lengths =
        DataShape.numbers(to, Routine.SPLIT_LENGTHS, List.of(node.input(1)), List.of(whole), count);
    for (int i = 0; i < count; i++) {
      List<Extent> shape = Collections.nCopies(node.input(0).type().rank(), lengths.get(i));
      if (!node.output(i).isAbsent()) {
        DataShape.define(node.output(i).type(), shape, to);
      }
    }
    return lengths;
  }

  private static Value longs(GraphBuilder out, long value) {
    return out.constant(out.freshName("split"), Constant.ofLongs(value));
  }
}
