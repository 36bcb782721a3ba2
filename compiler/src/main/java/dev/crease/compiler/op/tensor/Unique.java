package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// ONNX `Unique`: the different slices of `X` along `axis`, or its different elements if there is
/// no axis: each once, `sorted` or in order of first appearance; also where in `X` each first
/// appears, which of `Y` each of `X` is, and how often each of `Y` appears. Slices are ordered by
/// their first elements that differ.
public record Unique(OptionalLong axis, boolean sorted) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Unique")
          .since(11)
          .optional("axis", Attribute.Kind.INT)
          .attribute("sorted", 1)
          .input("X", "T", TypeSets.ALL)
          .output("Y", "T", TypeSets.ALL)
          .optionalOutput("indices", "tensor(int64)", TypeSets.SHAPES)
          .optionalOutput("inverse_indices", "tensor(int64)", TypeSets.SHAPES)
          .optionalOutput("counts", "tensor(int64)", TypeSets.SHAPES)
          .build(
              a ->
                  new Unique(
                      a.has("axis") ? OptionalLong.of(a.integer("axis")) : OptionalLong.empty(),
                      a.flag("sorted")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes given = Attributes.NONE.with("sorted", sorted ? 1 : 0);
    return axis.isPresent() ? given.with("axis", axis.getAsLong()) : given;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    Dim count = operands.freshSymbol();
    List<Dim> dims = new ArrayList<>(x.dims());
    Dim slices = x.elements();
    if (axis.isPresent()) {
      int at = Axes.normalize("Unique", axis.getAsLong(), x.rank());
      slices = dims.set(at, count);
    } else {
      dims = List.of(count);
    }
    TensorType each = new TensorType(ElementType.INT64, List.of(count));
    return List.of(x.withDims(dims), each, each.withDims(List.of(slices)), each);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] shape = axis.isPresent() ? x.shape().clone() : new int[] {x.data().length};
    int at = axis.isPresent() ? Axes.normalize("Unique", axis.getAsLong(), x.rank()) : 0;
    double[][] slices = slices(x, shape, at);
    Map<double[], List<Integer>> places = new TreeMap<>(Unique::compare);
    for (int i = 0; i < slices.length; i++) {
      places.computeIfAbsent(slices[i], _ -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups = new ArrayList<>(places.values());
    if (!sorted) {
      groups.sort(Comparator.comparing(List::getFirst));
    }
    double[] inverse = new double[slices.length];
    for (int i = 0; i < groups.size(); i++) {
      for (int place : groups.get(i)) {
        inverse[place] = i;
      }
    }
    double[] counts = groups.stream().mapToDouble(List::size).toArray();
    List<Integer> first = groups.stream().map(List::getFirst).toList();
    shape[at] = first.size();
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    int inner = Strides.count(shape, at + 1, shape.length);
    for (int i = 0; i < y.data().length; i++) {
      double[] slice = slices[first.get(i / inner % shape[at])];
      y.data()[i] = slice[i / inner / shape[at] * inner + i % inner];
    }
    double[] indices = first.stream().mapToDouble(Integer::doubleValue).toArray();
    return List.of(y, vector(indices), vector(inverse), vector(counts));
  }

  private static DoubleTensor vector(double[] values) {
    return new DoubleTensor(ElementType.INT64, new int[] {values.length}, values);
  }

  private static double[][] slices(DoubleTensor x, int[] shape, int at) {
    int inner = Strides.count(shape, at + 1, shape.length);
    int outer = Strides.count(shape, 0, at);
    double[][] slices = new double[shape[at]][outer * inner];
    for (int i = 0; i < x.data().length; i++) {
      int place = i / inner / shape[at] * inner + i % inner;
      slices[i / inner % shape[at]][place] = x.data()[i];
    }
    return slices;
  }

  private static int compare(double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      int order = a[i] == b[i] ? 0 : Double.compare(a[i], b[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public void lower(Node node, Lowering to) {
    int along =
        axis.isPresent()
            ? Axes.normalize("Unique", axis.getAsLong(), node.input(0).type().rank())
            : 0;
    Producing.lower(node, to, Production.UNIQUE, axis.isPresent() ? 1 : 0, along, sorted ? 1 : 0);
  }
}
