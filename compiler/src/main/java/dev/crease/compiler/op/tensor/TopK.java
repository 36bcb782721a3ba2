package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// ONNX `TopK`: the `K` largest or smallest elements along one axis and where they stand. They are
/// sorted, also where the attribute leaves that open; of equal elements the first comes first. What
/// is no number is above all numbers.
public record TopK(long axis, boolean largest, boolean sorted) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("TopK")
          .since(24)
          .attribute("axis", -1)
          .attribute("largest", 1)
          .attribute("sorted", 1)
          .input("X", "T", TypeSets.NUMBERS)
          .input("K", "", TypeSets.SHAPES)
          .output("Values", "T", TypeSets.NUMBERS)
          .output("Indices", "I", TypeSets.SHAPES)
          .build(a -> new TopK(a.integer("axis"), a.flag("largest"), a.flag("sorted")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("axis", axis)
        .with("largest", largest ? 1 : 0)
        .with("sorted", sorted ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    int along = Axes.normalize("TopK", axis, x.rank());
    Dim k =
        operands
            .elements(1)
            .filter(list -> list.size() == 1)
            .map(List::getFirst)
            .orElseGet(operands::freshSymbol);
    requireThere(k, x.dim(along));
    List<Dim> dims = new ArrayList<>(x.dims());
    dims.set(along, k);
    TensorType values = x.withDims(dims);
    return List.of(values, values.withElement(ElementType.INT64));
  }

  private static void requireThere(Dim k, Dim length) {
    boolean known = k.isKnown() && length.isKnown();
    boolean negative = k.isKnown() && k.known().getAsLong() < 0;
    if (negative || known && k.known().getAsLong() > length.known().getAsLong()) {
      throw new InvalidOperandException(
          "K of TopK is %s, expected 0 to %s, the length of the axis".formatted(k, length));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int along = Axes.normalize("TopK", axis, x.rank());
    int k = (int) inputs.get(1).data()[0];
    requireThere(Dim.of(k), Dim.of(x.dim(along)));
    int[] shape = x.shape().clone();
    shape[along] = k;
    DoubleTensor values = DoubleTensor.zeros(x.type(), shape);
    DoubleTensor indices = DoubleTensor.zeros(ElementType.INT64, shape);
    int length = x.dim(along);
    int inner = Strides.count(x.shape(), along + 1, x.rank());
    int lines = inner * Strides.count(x.shape(), 0, along);
    for (int line = 0; line < lines; line++) {
      int from = line / inner * inner * length + line % inner;
      int to = line / inner * inner * k + line % inner;
      List<Integer> places = places(x.data(), from, inner, length);
      for (int i = 0; i < k; i++) {
        values.data()[to + i * inner] = x.data()[from + places.get(i) * inner];
        indices.data()[to + i * inner] = places.get(i);
      }
    }
    return List.of(values, indices);
  }

  /// All places of a line, best first: a stable sort. Zeros of either sign are equal.
  private List<Integer> places(double[] x, int from, int step, int count) {
    Comparator<Integer> bySize = Comparator.comparingDouble(place -> x[from + place * step] + 0.0);
    return IntStream.range(0, count).boxed().sorted(largest ? bySize.reversed() : bySize).toList();
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    int along = Axes.normalize("TopK", axis, x.rank());
    Dim k = DataShape.element(node.input(1), to);
    List<Dim> dims = new ArrayList<>(x.dims());
    dims.set(along, k);
    node.outputs().stream()
        .filter(output -> !output.isAbsent())
        .forEach(output -> DataShape.equate(output.type(), dims, to));
    List<Dim> integers = List.of(Dim.of(along), k, Dim.of(largest ? 1 : 0));
    Calling.lower(node, to, Routine.TOP_K, List.of(node.input(0)), integers, List.of());
  }
}
