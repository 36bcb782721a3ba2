package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// ONNX `ArgMax` and `ArgMin`: where along one axis the largest or smallest element stands, the
/// first or the last of equal ones. What is no number counts as the largest and as the smallest, as
/// in NumPy.
public record ArgExtreme(Function function, long axis, boolean keepDims, boolean last)
    implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// Which element is looked for.
  public enum Function {
    MAX("ArgMax", Routine.ARG_MAX),
    MIN("ArgMin", Routine.ARG_MIN);

    private final Routine routine;
    private final OpSchema schema;

    Function(String name, Routine routine) {
      this.routine = routine;
      schema =
          OpSchema.named(name)
              .since(13)
              .attribute("axis", 0)
              .attribute("keepdims", 1)
              .attribute("select_last_index", 0)
              .input("data", "T", TypeSets.NUMBERS)
              .output("reduced", "", TypeSets.SHAPES)
              .build(
                  a ->
                      new ArgExtreme(
                          this,
                          a.integer("axis"),
                          a.flag("keepdims"),
                          a.flag("select_last_index")));
    }

    private boolean beats(double x, double best) {
      if (Double.isNaN(x) || Double.isNaN(best)) {
        return !Double.isNaN(best);
      }
      return this == MAX ? x > best : x < best;
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("axis", axis)
        .with("keepdims", keepDims ? 1 : 0)
        .with("select_last_index", last ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    int along = Axes.normalize(schema().name(), axis, x.rank());
    List<Dim> dims = new ArrayList<>(x.dims());
    if (keepDims) {
      dims.set(along, Dim.ONE);
    } else {
      dims.remove(along);
    }
    return List.of(new TensorType(ElementType.INT64, dims));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int along = Axes.normalize(schema().name(), axis, x.rank());
    int inner = Strides.count(x.shape(), along + 1, x.rank());
    int outer = Strides.count(x.shape(), 0, along);
    double[] y = new double[outer * inner];
    for (int i = 0; i < y.length; i++) {
      int start = i / inner * inner * x.dim(along) + i % inner;
      int place = 0;
      for (int k = 1; k < x.dim(along); k++) {
        double value = x.data()[start + k * inner];
        double best = x.data()[start + place * inner];
        if (function.beats(value, best) || last && !function.beats(best, value)) {
          place = k;
        }
      }
      y[i] = place;
    }
    int[] shape =
        IntStream.range(0, x.rank())
            .filter(a -> keepDims || a != along)
            .map(a -> a == along ? 1 : x.dim(a))
            .toArray();
    return List.of(new DoubleTensor(ElementType.INT64, shape, y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    int along = Axes.normalize(schema().name(), axis, node.input(0).type().rank());
    List<Dim> integers = List.of(Dim.of(along), Dim.of(last ? 1 : 0));
    Calling.lower(node, to, function.routine, integers, List.of());
  }
}
