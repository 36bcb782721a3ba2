package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// ONNX `Compress`: the slices of `input` along `axis`, or its elements as a vector if there is no
/// axis, whose entry of `condition` is true; those without an entry are left out.
public record Compress(OptionalLong axis) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Compress")
          .since(11)
          .optional("axis", Attribute.Kind.INT)
          .input("input", "T", TypeSets.ALL)
          .input("condition", "T1", TypeSets.BOOLS)
          .output("output", "T", TypeSets.ALL)
          .build(
              a ->
                  new Compress(
                      a.has("axis") ? OptionalLong.of(a.integer("axis")) : OptionalLong.empty()));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return axis.isPresent() ? Attributes.NONE.with("axis", axis.getAsLong()) : Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (operands.type(1).rank() != 1) {
      throw new InvalidOperandException(
          "Compress needs a vector as condition, got " + operands.type(1));
    }
    if (axis.isEmpty()) {
      return List.of(x.withDims(List.of(operands.freshSymbol())));
    }
    List<Dim> dims = new ArrayList<>(x.dims());
    dims.set(Axes.normalize("Compress", axis.getAsLong(), x.rank()), operands.freshSymbol());
    return List.of(x.withDims(dims));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] condition = inputs.get(1).data();
    int[] shape = axis.isPresent() ? x.shape().clone() : new int[] {x.data().length};
    int at = axis.isPresent() ? Axes.normalize("Compress", axis.getAsLong(), x.rank()) : 0;
    int size = shape[at];
    if (condition.length > size) {
      throw new InvalidOperandException(
          "condition of Compress has %d entries for %d slices".formatted(condition.length, size));
    }
    int inner = Strides.count(shape, at + 1, shape.length);
    shape[at] = (int) Arrays.stream(condition).filter(value -> value != 0).count();
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    int to = 0;
    for (int i = 0; i < x.data().length; i++) {
      int slice = i / inner % size;
      if (slice < condition.length && condition[slice] != 0) {
        y.data()[to++] = x.data()[i];
      }
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    int along =
        axis.isPresent()
            ? Axes.normalize("Compress", axis.getAsLong(), node.input(0).type().rank())
            : 0;
    Producing.lower(node, to, Production.COMPRESS, axis.isPresent() ? 1 : 0, along);
  }
}
