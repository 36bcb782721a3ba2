package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.Arrays;
import java.util.List;

/// ONNX `GlobalLpPool`: the `p`-norm of each channel's whole picture.
public record GlobalLpPool(long p) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("GlobalLpPool")
          .since(22)
          .attribute("p", 2)
          .input("X", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new GlobalLpPool(a.integer("p")));

  public GlobalLpPool {
    LpPool.requireNorm(p);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("p", p);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(GlobalPool.infer("GlobalLpPool", operands.type(0)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] shape = x.shape().clone();
    Arrays.fill(shape, 2, shape.length, 1);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < x.data().length; i++) {
      y.data()[i / (x.data().length / y.data().length)] += Math.pow(Math.abs(x.data()[i]), p);
    }
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = Math.pow(y.data()[i], 1.0 / p);
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> parameters = GlobalPool.window(node.input(0).type());
    parameters.add(Dim.of(p));
    Calling.lower(node, to, Routine.LP_POOL, parameters, List.of());
  }
}
