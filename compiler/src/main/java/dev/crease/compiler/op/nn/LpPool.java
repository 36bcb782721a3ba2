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
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `LpPool`: the `p`-norm of each window's elements; padding is 0.
public record LpPool(WindowAttributes window, boolean ceilMode, long p) implements Primitive {
  public static final OpSchema SCHEMA =
      WindowAttributes.declare(OpSchema.named("LpPool").since(22), true)
          .attribute("ceil_mode", 0)
          .attribute("p", 2)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new LpPool(WindowAttributes.of(a), a.flag("ceil_mode"), a.integer("p")));

  public LpPool {
    requireNorm(p);
  }

  static void requireNorm(long p) {
    if (p < 1) {
      throw new IllegalArgumentException("p is " + p + ", expected at least 1");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return window.attributes().with("ceil_mode", ceilMode ? 1 : 0).with("p", p);
  }

  private Pool pool() {
    return new Pool("LpPool", window, ceilMode);
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
      y.data()[at] = norm(geometry, x.data(), plane, at % geometry.outputs());
    }
    return List.of(y);
  }

  private double norm(WindowGeometry window, double[] x, int plane, int output) {
    double sum = 0;
    for (int source : window.sources(output)) {
      sum += source < 0 ? 0 : Math.pow(Math.abs(x[plane + source]), p);
    }
    return Math.pow(sum, 1.0 / p);
  }

  @Override
  public void lower(Node node, Lowering to) {
    pool().call(node, to, Routine.LP_POOL, List.of(Dim.of(p)));
  }
}
