package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;

/// ONNX `AveragePool`: the mean of each window.
///
/// @param countIncludePad whether padding counts as zeros; what lies beyond the padding, where
///   `ceil_mode` rounds up, never counts
public record AveragePool(WindowAttributes window, boolean ceilMode, boolean countIncludePad)
    implements Primitive {
  public static final OpSchema SCHEMA =
      WindowAttributes.declare(OpSchema.named("AveragePool").since(22), true)
          .attribute("ceil_mode", 0)
          .attribute("count_include_pad", 0)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(
              a ->
                  new AveragePool(
                      WindowAttributes.of(a), a.flag("ceil_mode"), a.flag("count_include_pad")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return window
        .attributes()
        .with("ceil_mode", ceilMode ? 1 : 0)
        .with("count_include_pad", countIncludePad ? 1 : 0);
  }

  private Pool pool() {
    return new Pool("AveragePool", window, ceilMode);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(pool().infer(operands.type(0)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    WindowGeometry geometry = pool().geometry(x.shape());
    int[] shape = geometry.resultShape(x.dim(0), x.dim(1), x.rank());
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int at = 0; at < y.data().length; at++) {
      int plane = at / geometry.outputs() * geometry.inputs();
      y.data()[at] = mean(geometry, x.data(), plane, at % geometry.outputs());
    }
    return List.of(y);
  }

  private double mean(WindowGeometry window, double[] x, int plane, int output) {
    double sum = 0;
    for (int source : window.sources(output)) {
      sum += source < 0 ? 0 : x[plane + source];
    }
    int[] none = new int[window.rank()];
    return sum
        / (countIncludePad
            ? window.taps(output, window.begin(), window.end())
            : window.taps(output, none, none));
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    if (Pool.isVector(x)) {
      pool().lower(node, to, countIncludePad ? PoolKind.AVERAGE_WITH_PADDING : PoolKind.AVERAGE);
      return;
    }
    List<Dim> more = new ArrayList<>(List.of(Dim.of(countIncludePad ? 1 : 0)));
    more.addAll(pool().ends(x));
    pool().call(node, to, Routine.AVERAGE_POOL, more);
  }
}
