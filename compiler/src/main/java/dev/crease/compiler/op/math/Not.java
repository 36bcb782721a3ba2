package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.ComparisonFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// ONNX `Not` of booleans: whether `X` is false.
public record Not() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Not")
          .since(1)
          .input("X", "T", TypeSets.BOOLS)
          .output("Y", "T", TypeSets.BOOLS)
          .build(_ -> new Not());

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
  public Optional<List<Dim>> elements(Operands operands) {
    return operands.elements(0).map(list -> list.stream().map(x -> Dim.ONE.minus(x)).toList());
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] y = Arrays.stream(x.data()).map(value -> value == 0 ? 1 : 0).toArray();
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    int no = to.constant(TensorType.of(ElementType.BOOL), Layout.PLAIN, () -> new byte[] {0});
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Compare(ComparisonFunction.EQUAL, x, no, y));
  }
}
