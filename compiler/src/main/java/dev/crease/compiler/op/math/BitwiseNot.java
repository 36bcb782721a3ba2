package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
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

/// ONNX `BitwiseNot` of integers: all bits the other way, by [Bitwise] with ones.
public record BitwiseNot() implements Composite {
  public static final OpSchema SCHEMA =
      OpSchema.named("BitwiseNot")
          .since(18)
          .input("X", "T", TypeSets.INTEGERS)
          .output("Y", "T", TypeSets.INTEGERS)
          .build(_ -> new BitwiseNot());

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
    ElementType type = x.type();
    double[] y =
        Arrays.stream(x.data())
            .map(value -> Elements.toDouble(type, ~Elements.toLong(type, value)))
            .toArray();
    return List.of(new DoubleTensor(type, x.shape(), y));
  }

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value x = inputs.getFirst();
    double[] minusOne = {-1};
    DoubleTensor bits = new DoubleTensor(x.type().element(), new int[0], minusOne);
    Value ones = out.constant(out.freshName("ones"), Constant.of(bits.toTensor()));
    return List.of(out.add(new Bitwise(Bitwise.Function.XOR), x, ones));
  }
}
