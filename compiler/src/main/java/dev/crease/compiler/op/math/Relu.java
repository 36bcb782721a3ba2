package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;

/// ONNX `Relu`: `y = max(0, x)`, element by element.
public record Relu() implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Relu")
          .since(14)
          .input("X", "T", TypeSets.SIGNED)
          .output("Y", "T", TypeSets.SIGNED)
          .build(_ -> new Relu());

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(operands.type(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] y = new double[x.data().length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(0, x.data()[i]);
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Layout layout = to.layoutOf(node.input(0));
    int x = to.read(node.input(0), layout);
    int y = to.write(node.output(), layout);
    to.emit(new Instruction.Unary(x, y, new Activation(UnaryFunction.RELU, 0, 0)));
  }
}
