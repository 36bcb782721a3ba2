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
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// ONNX `Expand`: broadcasting to the common shape of the operand and `shape`.
public record Expand() implements Primitive, ShapeArithmetic {
  private static final int MAX_TRACKED_ELEMENTS = 1024;

  public static final OpSchema SCHEMA =
      OpSchema.named("Expand")
          .since(13)
          .input("input", "T", TypeSets.ALL)
          .input("shape", "", TypeSets.SHAPES)
          .output("output", "T", TypeSets.ALL)
          .build(_ -> new Expand());

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
    TensorType x = operands.type(0);
    Optional<List<Dim>> shape = operands.elements(1);
    if (shape.isPresent()) {
      return List.of(
          x.withDims(Broadcast.dims("Expand", x.dims(), Axes.shape("Expand", shape.get()))));
    }
    List<Dim> given = Axes.freshDims("Expand", operands, 1, 0, 1);
    return List.of(x.withDims(given.size() >= x.rank() ? given : freshDims(operands, x.rank())));
  }

  private static List<Dim> freshDims(Operands operands, int rank) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      dims.add(operands.freshSymbol());
    }
    return dims;
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<List<Dim>> x = operands.elements(0);
    Optional<List<Dim>> shape = operands.elements(1);
    if (x.isEmpty() || shape.isEmpty() || shape.get().size() > 1) {
      return Optional.empty();
    }
    boolean repeats = x.get().size() == 1 && !shape.get().isEmpty();
    Dim count = repeats ? shape.get().getFirst() : Dim.ONE;
    if (!count.isKnown() || count.known().getAsLong() > MAX_TRACKED_ELEMENTS) {
      return Optional.empty();
    }
    return repeats
        ? Optional.of(Collections.nCopies((int) count.known().getAsLong(), x.get().getFirst()))
        : x;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] target = Arrays.stream(inputs.get(1).data()).mapToInt(dim -> (int) dim).toArray();
    int[] shape = Broadcast.shape(x.shape(), target);
    return List.of(new DoubleTensor(x.type(), shape, Broadcast.expand(x, shape)));
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> dims = node.input(0).type().dims();
    DataShape.define(node, to, Routine.EXPANDED_SHAPE, List.of(node.input(1)), dims);
    int x = to.read(node.input(0), Layout.PLAIN);
    to.emit(new Instruction.Expand(x, to.write(node.output(), Layout.PLAIN)));
  }
}
