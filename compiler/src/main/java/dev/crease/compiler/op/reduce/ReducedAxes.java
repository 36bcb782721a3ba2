package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What all reductions share: operand `axes` (all axes, if left out or empty) and the attributes.
///
/// @param keepDims whether reduced dimensions stay as 1
/// @param noopWithEmptyAxes whether no axes means that each element is a group of its own, instead
///   of all elements being one
public record ReducedAxes(boolean keepDims, boolean noopWithEmptyAxes) {
  /// The usual form.
  public static final ReducedAxes KEPT = new ReducedAxes(true, false);

  /// The value of some elements of an array that lie together.
  @FunctionalInterface
  interface RowFunction {
    double apply(double[] x, int from, int count);
  }

  static ReducedAxes of(Attributes attributes) {
    return new ReducedAxes(attributes.flag("keepdims"), attributes.flag("noop_with_empty_axes"));
  }

  /// The specification's numbers: floating point and the larger integers.
  static Set<ElementType> numbers() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.FLOATS);
    types.addAll(
        List.of(ElementType.INT32, ElementType.INT64, ElementType.UINT32, ElementType.UINT64));
    return types;
  }

  static OpSchema.Builder schema(String name, int since, Set<ElementType> types) {
    return OpSchema.named(name)
        .since(since)
        .attribute("keepdims", 1)
        .attribute("noop_with_empty_axes", 0)
        .input("data", "T", types)
        .optionalInput("axes", "", TypeSets.SHAPES)
        .output("reduced", "T", types);
  }

  Attributes attributes() {
    return Attributes.NONE
        .with("keepdims", keepDims ? 1 : 0)
        .with("noop_with_empty_axes", noopWithEmptyAxes ? 1 : 0);
  }

  /// The axes that are reduced, in order.
  List<Integer> reduced(String operator, List<Long> axes, int rank) {
    boolean all = axes.isEmpty() && !noopWithEmptyAxes;
    return all ? IntStream.range(0, rank).boxed().toList() : Axes.normalize(operator, axes, rank);
  }

  TensorType infer(String operator, Operands operands) {
    TensorType x = operands.type(0);
    if (operands.has(1) && !Axes.areKnown(operands, 1)) {
      List<Dim> dims = new ArrayList<>(x.dims());
      dims.replaceAll(_ -> operands.freshSymbol());
      return x.withDims(keepDims ? dims : Axes.freshDims(operator, operands, 1, x.rank(), -1));
    }
    List<Long> axes = operands.has(1) ? Axes.known(operator, operands, 1) : List.of();
    List<Integer> reduced = reduced(operator, axes, x.rank());
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      if (!reduced.contains(axis)) {
        dims.add(x.dim(axis));
      } else if (keepDims) {
        dims.add(Dim.ONE);
      }
    }
    return x.withDims(dims);
  }

  /// The reference: reduced axes last, then one row after the other. Integers drop a fraction.
  DoubleTensor evaluate(String operator, EvaluationInputs inputs, RowFunction function) {
    DoubleTensor x = inputs.get(0);
    List<Long> axes = inputs.has(1) ? Axes.of(inputs.get(1)) : List.of();
    List<Integer> reduced = reduced(operator, axes, x.rank());
    int[] order = order(reduced, x.rank());
    int[] dense = Strides.rowMajor(x.shape());
    int[] strides = Arrays.stream(order).map(axis -> dense[axis]).toArray();
    int[] ordered = Arrays.stream(order).map(x::dim).toArray();
    double[] rows = Strides.copy(x.data(), 0, strides, ordered);
    int kept = x.rank() - reduced.size();
    int count = Strides.count(ordered, kept, ordered.length);
    double[] y = new double[Strides.count(ordered, 0, kept)];
    for (int i = 0; i < y.length; i++) {
      y[i] = held(x.type(), function.apply(rows, i * count, count));
    }
    int[] shape =
        IntStream.range(0, x.rank())
            .filter(axis -> keepDims || !reduced.contains(axis))
            .map(axis -> reduced.contains(axis) ? 1 : x.dim(axis))
            .toArray();
    return new DoubleTensor(x.type(), shape, y);
  }

  /// What is infinite, as the extremes of no elements are, is the end of the type's range.
  private static double held(ElementType type, double value) {
    boolean infinite = Double.isInfinite(value);
    if (type.isFloating() || type == ElementType.BOOL && !infinite) {
      return value;
    }
    if (!infinite) {
      return Elements.toDouble(type, Elements.toLong(type, value));
    }
    if (type == ElementType.BOOL) {
      return value > 0 ? 1 : 0;
    }
    int bits = 8 * type.bytes() - (type.isSigned() ? 1 : 0);
    long highest = bits == 64 ? -1 : (1L << bits) - 1;
    long lowest = type.isSigned() ? -highest - 1 : 0;
    return Elements.toDouble(type, value > 0 ? highest : lowest);
  }

  /// The axes that stay, then the reduced ones.
  static int[] order(List<Integer> reduced, int rank) {
    IntStream kept = IntStream.range(0, rank).filter(axis -> !reduced.contains(axis));
    return IntStream.concat(kept, reduced.stream().mapToInt(axis -> axis)).toArray();
  }
}
