package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.ArrayList;
import java.util.List;

/// ONNX `ScatterND`: `data`, but where the last dimension of `indices` names an element or a slice
/// of it stands the slice of `updates` in the same place, or what `reduction` makes of both.
/// Negative indices count from the end.
public record ScatterNd(ScatterFunction function) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("ScatterND")
          .since(18)
          .attribute("reduction", "none")
          .input("data", "T", TypeSets.ALL)
          .input("indices", "tensor(int64)", TypeSets.SHAPES)
          .input("updates", "T", TypeSets.ALL)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new ScatterNd(Scattering.function(a.text("reduction"))));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("reduction", Scattering.name(function));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    TensorType indices = operands.type(1);
    TensorType updates = operands.type(2);
    if (indices.rank() < 1) {
      throw new InvalidOperandException(
          "ScatterND needs indices of rank 1 or more, got " + indices);
    }
    Dim last = indices.dim(indices.rank() - 1);
    if (last.isKnown()) {
      long named = last.known().getAsLong();
      List<Dim> expected = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
      if (named > data.rank()) {
        throw new InvalidOperandException(
            "ScatterND has indices %s, which name more axes than %s has".formatted(indices, data));
      }
      expected.addAll(data.dims().subList((int) named, data.rank()));
      if (!mayBe(updates.dims(), expected)) {
        throw new InvalidOperandException(
            "ScatterND of %s at %s needs updates of shape %s, got %s"
                .formatted(data, indices, expected, updates));
      }
    }
    return List.of(data);
  }

  private static boolean mayBe(List<Dim> given, List<Dim> expected) {
    boolean fits = given.size() == expected.size();
    for (int axis = 0; fits && axis < given.size(); axis++) {
      boolean both = given.get(axis).isKnown() && expected.get(axis).isKnown();
      fits = !both || given.get(axis).equals(expected.get(axis));
    }
    return fits;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    DoubleTensor indices = inputs.get(1);
    double[] updates = inputs.get(2).data();
    int named = indices.dim(indices.rank() - 1);
    int inner = Strides.count(data.shape(), named, data.rank());
    int[] strides = Strides.rowMajor(data.shape());
    double[] y = data.data().clone();
    for (int i = 0; i < updates.length; i++) {
      int slice = i / inner;
      int at = i % inner;
      for (int axis = 0; axis < named; axis++) {
        int index = (int) indices.data()[slice * named + axis];
        at += position(index, data.dim(axis)) * strides[axis];
      }
      y[at] = Scattering.combined(function, data.type(), y[at], updates[i]);
    }
    return List.of(new DoubleTensor(data.type(), data.shape(), y));
  }

  private static int position(int index, int size) {
    if (index < -size || index >= size) {
      throw new InvalidOperandException(
          "index %d of ScatterND is out of range, there are %d".formatted(index, size));
    }
    return index < 0 ? index + size : index;
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (function != ScatterFunction.ASSIGN) {
      Supported.type(node, node.input(0), Supported.NUMERIC);
    }
    int x = to.read(node.input(0), Layout.PLAIN);
    int indices = to.read(node.input(1), Layout.PLAIN);
    int updates = to.read(node.input(2), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.ScatterNd(function, x, indices, updates, y));
  }
}
