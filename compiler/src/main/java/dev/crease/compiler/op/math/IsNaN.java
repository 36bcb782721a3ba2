package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;

/// ONNX `IsNaN`: which elements are no numbers, those that are not equal to themselves.
public record IsNaN() implements Composite {
  public static final OpSchema SCHEMA =
      OpSchema.named("IsNaN")
          .since(20)
          .input("X", "T1", TypeSets.FLOATS)
          .output("Y", "T2", TypeSets.BOOLS)
          .build(_ -> new IsNaN());

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
    return List.of(operands.type(0).withElement(ElementType.BOOL));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] y = Arrays.stream(x.data()).map(value -> Double.isNaN(value) ? 1 : 0).toArray();
    return List.of(new DoubleTensor(ElementType.BOOL, x.shape(), y));
  }

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value x = inputs.getFirst();
    Value number = out.add(new Comparison(Comparison.Function.EQUAL), x, x);
    return List.of(out.add(new Not(), number));
  }
}
