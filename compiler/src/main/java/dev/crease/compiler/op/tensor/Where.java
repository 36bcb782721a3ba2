package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONNX `Where`: `output = condition ? X : Y`, element by element with broadcasting.
public record Where() implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Where")
          .since(16)
          .input("condition", "B", TypeSets.BOOLS)
          .input("X", "T", TypeSets.ALL)
          .input("Y", "T", TypeSets.ALL)
          .output("output", "T", TypeSets.ALL)
          .build(_ -> new Where());

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
    List<Dim> dims = Broadcast.dims("Where", operands.type(1).dims(), operands.type(2).dims());
    return List.of(
        operands.type(1).withDims(Broadcast.dims("Where", operands.type(0).dims(), dims)));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<List<Dim>> condition = operands.elements(0);
    Optional<List<Dim>> x = operands.elements(1);
    Optional<List<Dim>> y = operands.elements(2);
    if (condition.isEmpty()
        || x.isEmpty()
        || y.isEmpty()
        || !condition.get().stream().allMatch(Dim::isKnown)) {
      return Optional.empty();
    }
    int size = 1;
    for (List<Dim> list : List.of(condition.get(), x.get(), y.get())) {
      size = list.size() == 1 ? size : list.size();
    }
    List<Dim> chosen = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      chosen.add(at(at(condition.get(), i).is(0) ? y.get() : x.get(), i));
    }
    return Optional.of(chosen);
  }

  private static Dim at(List<Dim> list, int index) {
    return list.get(list.size() == 1 ? 0 : index);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(1);
    int[] shape =
        Broadcast.shape(inputs.get(0).shape(), Broadcast.shape(x.shape(), inputs.get(2).shape()));
    double[] condition = Broadcast.expand(inputs.get(0), shape);
    double[] left = Broadcast.expand(x, shape);
    double[] right = Broadcast.expand(inputs.get(2), shape);
    double[] chosen = new double[condition.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = condition[i] != 0 ? left[i] : right[i];
    }
    return List.of(new DoubleTensor(x.type(), shape, chosen));
  }

  @Override
  public void lower(Node node, Lowering to) {
    int condition = to.read(node.input(0), Layout.PLAIN);
    int x = to.read(node.input(1), Layout.PLAIN);
    int y = to.read(node.input(2), Layout.PLAIN);
    to.emit(new Instruction.Select(condition, x, y, to.write(node.output(), Layout.PLAIN)));
  }
}
