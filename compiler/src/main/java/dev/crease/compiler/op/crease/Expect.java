package dev.crease.compiler.op.crease;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// `Y = X` where the condition, one boolean, is what is expected; any other run ends with an error.
/// It stands where a model chooses between branches of which only one fits what reads them. Other
/// formats have no such check, so there it is the operand.
public record Expect(boolean expected) implements Primitive, Composite {
  public static final OpSchema SCHEMA =
      OpSchema.crease("Expect")
          .attribute("expected", 1)
          .input("X", "T", TypeSets.ALL)
          .input("condition", "B", TypeSets.BOOLS)
          .output("Y", "T", TypeSets.ALL)
          .build(a -> new Expect(a.integer("expected") != 0));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("expected", expected ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Dim elements = operands.type(1).elements();
    if (elements.isKnown() && !elements.is(1)) {
      throw new InvalidOperandException(
          "the condition of Expect is one boolean, got " + operands.type(1));
    }
    return List.of(operands.type(0));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    boolean condition = inputs.get(1).data()[0] != 0;
    if (condition != expected) {
      throw new InvalidOperandException(
          "the condition of an If is %s; only the other branch fits what reads its results"
              .formatted(condition));
    }
    return List.of(inputs.get(0));
  }

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    return List.of(out.add(new Identity(), inputs.getFirst()));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.EXPECT, List.of(Dim.of(expected ? 1 : 0)), List.of());
  }
}
