package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Supported;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.List;
import java.util.Optional;

/// A scalar function of one operand whose parameters are attributes: what it says of one element
/// makes the operator.
public interface Pointwise extends ScalarFunction {
  /// The function as the plan has it.
  Activation activation();

  /// The function's value, by the specification's formula; an integer beyond its type wraps around.
  double apply(double x);

  @Override
  default Optional<Activation> activation(Node node, Graph graph) {
    return Optional.of(activation());
  }

  @Override
  default List<TensorType> infer(Operands operands) {
    return List.of(operands.type(0));
  }

  @Override
  default List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] y = new double[x.data().length];
    for (int i = 0; i < y.length; i++) {
      y[i] = apply(x.data()[i]);
      if (x.type().isInteger()) {
        y[i] = Elements.toDouble(x.type(), Elements.toLong(x.type(), y[i]));
      }
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  @Override
  default void lower(Node node, Lowering to) {
    Activation activation = activation();
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    Layout layout = to.layoutOf(node.input(0));
    int x = to.read(node.input(0), layout);
    int y = to.write(node.output(), layout);
    to.emit(new Instruction.Unary(x, y, activation));
  }
}
