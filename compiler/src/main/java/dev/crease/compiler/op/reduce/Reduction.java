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
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.ReduceFunction;
import dev.crease.runtime.plan.Routine;
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

  /// What each group of elements becomes.
  public enum Function {
    MAX("ReduceMax", 20, ReduceFunction.MAX, Reduction::largest),
    MEAN("ReduceMean", 18, ReduceFunction.MEAN, (x, from, n) -> sum(x, from, n) / n),
    MIN("ReduceMin", 20, ReduceFunction.MIN, Reduction::smallest),
    PROD("ReduceProd", 18, ReduceFunction.PROD, Reduction::product),
    SUM("ReduceSum", 13, ReduceFunction.SUM, Reduction::sum);

    private final ReduceFunction instruction;
    private final ReducedAxes.RowFunction formula;
    private final OpSchema schema;

    Function(String name, int since, ReduceFunction instruction, ReducedAxes.RowFunction formula) {
      this.instruction = instruction;
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

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.NUMERIC);
    if (!areKnown(node, to)) {
      reduceByData(node, to);
      return;
    }
    List<Integer> reduced = knownAxes(node, to);
    if (reduced.isEmpty()) {
      Copying.lower(node, to);
    } else if (isGlobalPool(node, reduced, to)) {
      PoolKind kind = function == Function.MEAN ? PoolKind.AVERAGE : PoolKind.MAX;
      int x = to.read(node.input(0), Layout.BLOCKED);
      to.emit(new Instruction.GlobalPool(kind, x, to.write(node.output(), Layout.BLOCKED)));
    } else {
      reduce(node, reduced, to);
    }
  }

  private boolean isGlobalPool(Node node, List<Integer> reduced, Lowering to) {
    int rank = node.input(0).type().rank();
    return to.layoutOf(node.input(0)) == Layout.BLOCKED
        && axes.keepDims()
        && (function == Function.MEAN || function == Function.MAX)
        && reduced.equals(IntStream.range(2, rank).boxed().toList());
  }

  private void reduce(Node node, List<Integer> reduced, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    if (axes.keepDims()) {
      int y = to.write(node.output(), Layout.PLAIN);
      to.emit(new Instruction.Reduce(function.instruction, x, y));
      return;
    }
    List<Dim> dims = new ArrayList<>(node.input(0).type().dims());
    reduced.forEach(axis -> dims.set(axis, Dim.ONE));
    int kept = to.temporary(node.output().type().withDims(dims), Layout.PLAIN);
    to.emit(new Instruction.Reduce(function.instruction, x, kept));
    to.emit(new Instruction.Reshape(kept, to.write(node.output(), Layout.PLAIN)));
  }

  private static boolean areKnown(Node node, Lowering to) {
    return !node.hasInput(1)
        || to.graph()
            .elements(node.input(1))
            .filter(named -> named.stream().allMatch(Dim::isKnown))
            .isPresent();
  }

  private List<Integer> knownAxes(Node node, Lowering to) {
    List<Dim> named =
        node.hasInput(1) ? to.graph().elements(node.input(1)).orElseThrow() : List.of();
    List<Long> numbers = named.stream().map(axis -> axis.known().getAsLong()).toList();
    return axes.reduced(schema().name(), numbers, node.input(0).type().rank());
  }

  /// Reduces along axes that only a run knows: with 1 in their places, then without.
  private void reduceByData(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    List<Dim> places = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      places.add(Dim.symbol("?%s/%d".formatted(node.output().name(), axis)));
    }
    TensorType kept = axes.keepDims() ? node.output().type() : x.withDims(places);
    DataShape.define(kept, shape(node, true, x.rank(), to), to);
    if (axes.keepDims()) {
      int from = to.read(node.input(0), Layout.PLAIN);
      int y = to.write(node.output(), Layout.PLAIN);
      to.emit(new Instruction.Reduce(function.instruction, from, y));
      return;
    }
    TensorType type = node.output().type();
    DataShape.define(type, shape(node, false, type.rank(), to), to);
    int from = to.read(node.input(0), Layout.PLAIN);
    int reduced = to.temporary(kept, Layout.PLAIN);
    to.emit(new Instruction.Reduce(function.instruction, from, reduced));
    to.emit(new Instruction.Reshape(reduced, to.write(node.output(), Layout.PLAIN)));
  }

  private List<Extent> shape(Node node, boolean keepDims, int rank, Lowering to) {
    List<Dim> integers = new ArrayList<>();
    integers.add(axes.noopWithEmptyAxes() ? Dim.ONE : Dim.ZERO);
    integers.add(keepDims ? Dim.ONE : Dim.ZERO);
    integers.addAll(node.input(0).type().dims());
    return DataShape.numbers(to, Routine.REDUCED_SHAPE, List.of(node.input(1)), integers, rank);
  }
}
