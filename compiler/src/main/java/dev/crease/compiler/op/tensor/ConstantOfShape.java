package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// ONNX `ConstantOfShape`: a tensor of the given shape with all elements equal.
///
/// @param value a tensor of one element, of the result's type
public record ConstantOfShape(Constant value) implements Primitive, ShapeArithmetic {
  private static final int MAX_TRACKED_ELEMENTS = 1024;

  public static final OpSchema SCHEMA =
      OpSchema.named("ConstantOfShape")
          .since(20)
          .attribute(
              "value", new Attribute.Tensor(Constant.splat(ElementType.FLOAT32, new long[] {1}, 0)))
          .input("input", "T1", TypeSets.SHAPES)
          .output("output", "T2", TypeSets.ALL)
          .build(a -> new ConstantOfShape(a.tensor("value")));

  public ConstantOfShape {
    if (value.elements() != 1) {
      throw new IllegalArgumentException("value is " + value + ", expected one element");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("value", new Attribute.Tensor(value));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Optional<List<Dim>> shape = operands.elements(0);
    if (shape.isPresent()) {
      return List.of(new TensorType(value.element(), Axes.shape("ConstantOfShape", shape.get())));
    }
    return List.of(
        new TensorType(value.element(), Axes.freshDims("ConstantOfShape", operands, 0, 0, 1)));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<List<Dim>> shape = operands.elements(0);
    if (!value.element().isInteger() || shape.isEmpty() || shape.get().size() > 1) {
      return Optional.empty();
    }
    Dim count = shape.get().stream().findFirst().orElse(Dim.ONE);
    boolean few = count.isKnown() && count.known().getAsLong() <= MAX_TRACKED_ELEMENTS;
    return few
        ? Optional.of(
            Collections.nCopies((int) count.known().getAsLong(), Dim.of(value.longs()[0])))
        : Optional.empty();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int[] shape = Arrays.stream(inputs.get(0).data()).mapToInt(dim -> (int) dim).toArray();
    DoubleTensor y = DoubleTensor.zeros(value.element(), shape);
    Arrays.fill(y.data(), value.toDoubleTensor().data()[0]);
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (!to.isBound(node.output().type())) {
      int shape = to.read(node.input(0), Layout.PLAIN);
      DataShape.define(node.output().type(), to.measure(shape, node.output().type().rank()), to);
    }
    int scalar = to.constant(TensorType.of(value.element()), Layout.PLAIN, value::array);
    to.emit(new Instruction.Fill(scalar, to.write(node.output(), Layout.PLAIN)));
  }
}
