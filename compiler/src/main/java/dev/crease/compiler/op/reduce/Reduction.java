package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// ONNX's basic reductions: `ReduceMax`, `ReduceMean`, `ReduceMin`, `ReduceProd`, `ReduceSum`.
public record Reduction(Function function, ReducedAxes axes) implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  private static final Activation NEGATION = new Activation(UnaryFunction.NEG, 0, 0);

  /// What each group of elements becomes.
  public enum Function {
    MAX("ReduceMax", 20, Reduction::largest),
    MEAN("ReduceMean", 18, (x, from, count) -> sum(x, from, count) / count),
    MIN("ReduceMin", 20, Reduction::smallest),
    PROD("ReduceProd", 18, Reduction::product),
    SUM("ReduceSum", 13, Reduction::sum);

    private final ReducedAxes.RowFunction formula;
    private final OpSchema schema;

    Function(String name, int since, ReducedAxes.RowFunction formula) {
      this.formula = formula;
      boolean extreme = name.equals("ReduceMax") || name.equals("ReduceMin");
      Set<ElementType> types = EnumSet.copyOf(ReducedAxes.numbers());
      if (extreme) {
        types.addAll(List.of(ElementType.INT8, ElementType.UINT8, ElementType.BOOL));
      }
      schema =
          ReducedAxes.schema(name, since, types).build(a -> new Reduction(this, ReducedAxes.of(a)));
    }
  }

  private static double largest(double[] x, int from, int count) {
    return Arrays.stream(x, from, from + count).reduce(Double.NEGATIVE_INFINITY, Math::max);
  }

  private static double smallest(double[] x, int from, int count) {
    return Arrays.stream(x, from, from + count).reduce(Double.POSITIVE_INFINITY, Math::min);
  }

  private static double product(double[] x, int from, int count) {
    return Arrays.stream(x, from, from + count).reduce(1, (a, b) -> a * b);
  }

  private static double sum(double[] x, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += x[i];
    }
    return sum;
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return axes.attributes();
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(axes.infer(schema().name(), operands));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(axes.evaluate(schema().name(), inputs, function.formula));
  }

  /// By pooling: the reduced axes become a picture, the others its channels.
  @Override
  public void lower(Node node, Lowering to) {
    PoolKind kind =
        switch (function) {
          case MEAN, SUM -> PoolKind.AVERAGE;
          case MAX, MIN -> PoolKind.MAX;
          case PROD ->
              throw new UnsupportedNodeException("ReduceProd is not supported yet, ReduceSum is");
        };
    Supported.type(node, node.input(0), Supported.FLOAT32);
    List<Integer> reduced = knownAxes(node, to);
    if (reduced.isEmpty()) {
      Copying.lower(node, to);
      return;
    }
    TensorType type = node.input(0).type();
    boolean spatial =
        type.rank() <= 5 && reduced.equals(IntStream.range(2, type.rank()).boxed().toList());
    TensorType picture = spatial ? type : rows(type, reduced);
    int x = spatial ? to.read(node.input(0), Layout.BLOCKED) : readRows(node, picture, reduced, to);
    if (spatial && axes.keepDims() && (function == Function.MEAN || function == Function.MAX)) {
      to.emit(new Instruction.GlobalPool(kind, x, to.write(node.output(), Layout.BLOCKED)));
      return;
    }
    int pooled = pool(kind, x, picture, to);
    finish(node, to, pooled, reduced);
  }

  private List<Integer> knownAxes(Node node, Lowering to) {
    List<Dim> named =
        node.hasInput(1) ? to.graph().elements(node.input(1)).orElse(null) : List.of();
    if (named == null || !named.stream().allMatch(Dim::isKnown)) {
      throw new UnsupportedNodeException(
          schema().name() + " whose axes depend on data is not supported yet");
    }
    List<Long> numbers = named.stream().map(axis -> axis.known().getAsLong()).toList();
    return axes.reduced(schema().name(), numbers, node.input(0).type().rank());
  }

  /// `(1, product of what stays, product of what is reduced)`.
  private static TensorType rows(TensorType type, List<Integer> reduced) {
    Dim outer = Dim.ONE;
    for (int axis = 0; axis < type.rank(); axis++) {
      outer = reduced.contains(axis) ? outer : outer.times(type.dim(axis));
    }
    return type.withDims(List.of(Dim.ONE, outer, count(type, reduced)));
  }

  private static Dim count(TensorType type, List<Integer> reduced) {
    return reduced.stream().map(type::dim).reduce(Dim.ONE, Dim::times);
  }

  private static int readRows(Node node, TensorType picture, List<Integer> reduced, Lowering to) {
    TensorType type = node.input(0).type();
    List<Integer> order = Arrays.stream(ReducedAxes.order(reduced, type.rank())).boxed().toList();
    int x = to.read(node.input(0), Layout.PLAIN);
    if (!order.equals(IntStream.range(0, type.rank()).boxed().toList())) {
      TensorType ordered = type.withDims(order.stream().map(type::dim).toList());
      int transposed = to.temporary(ordered, Layout.PLAIN);
      to.emit(new Instruction.Transpose(x, transposed, order));
      x = transposed;
    }
    int rows = to.temporary(picture, Layout.PLAIN);
    to.emit(new Instruction.Reshape(x, rows));
    int blocked = to.temporary(picture, Layout.BLOCKED);
    to.emit(new Instruction.Reorder(rows, blocked));
    return blocked;
  }

  /// The slot of the pooled picture in PLAIN layout.
  private int pool(PoolKind kind, int x, TensorType picture, Lowering to) {
    int from = x;
    if (function == Function.MIN) {
      from = to.temporary(picture, Layout.BLOCKED);
      to.emit(new Instruction.Unary(x, from, NEGATION));
    }
    List<Dim> dims = new ArrayList<>(picture.dims());
    dims.subList(2, dims.size()).replaceAll(_ -> Dim.ONE);
    int pooled = to.temporary(picture.withDims(dims), Layout.BLOCKED);
    to.emit(new Instruction.GlobalPool(kind, from, pooled));
    int plain = to.temporary(picture.withDims(dims), Layout.PLAIN);
    to.emit(new Instruction.Reorder(pooled, plain));
    return plain;
  }

  private void finish(Node node, Lowering to, int pooled, List<Integer> reduced) {
    if (function == Function.MEAN || function == Function.MAX) {
      to.emit(new Instruction.Reshape(pooled, to.write(node.output(), Layout.PLAIN)));
      return;
    }
    int shaped = to.temporary(node.output().type(), Layout.PLAIN);
    to.emit(new Instruction.Reshape(pooled, shaped));
    int y = to.write(node.output(), Layout.PLAIN);
    if (function == Function.MIN) {
      to.emit(new Instruction.Unary(shaped, y, NEGATION));
    } else {
      int count = to.temporary(TensorType.of(ElementType.INT64), Layout.PLAIN);
      Extent extent = to.extent(count(node.input(0).type(), reduced));
      to.emit(new Instruction.Extents(List.of(extent), count));
      int factor = to.temporary(TensorType.of(ElementType.FLOAT32), Layout.PLAIN);
      to.emit(new Instruction.Cast(count, factor));
      to.emit(new Instruction.Binary(BinaryFunction.MUL, shaped, factor, y, Activation.NONE));
    }
  }
}
