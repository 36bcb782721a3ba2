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
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// ONNX `Tile`: `output[i, j, ...] = input[i mod m, j mod n, ...]`: `repeats` times along each
/// axis.
public record Tile() implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Tile")
          .since(13)
          .input("input", "T", TypeSets.ALL)
          .input("repeats", "T1", TypeSets.SHAPES)
          .output("output", "T", TypeSets.ALL)
          .build(_ -> new Tile());

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
    Dim count = operands.type(1).elements();
    Optional<List<Dim>> repeats = operands.elements(1);
    boolean fits = operands.type(1).rank() == 1 && (!count.isKnown() || count.is(x.rank()));
    fits = fits && repeats.stream().flatMap(List::stream).noneMatch(Tile::isNegative);
    if (!fits) {
      throw new InvalidOperandException(
          "Tile needs a number of at least 0 for each axis of %s, got %s"
              .formatted(x, repeats.<Object>map(r -> r).orElse(operands.type(1))));
    }
    return List.of(
        x.withDims(
            repeats
                .map(times -> dims(x, times))
                .orElseGet(() -> x.dims().stream().map(_ -> operands.freshSymbol()).toList())));
  }

  private static List<Dim> dims(TensorType x, List<Dim> repeats) {
    return IntStream.range(0, x.rank())
        .mapToObj(axis -> x.dim(axis).times(repeats.get(axis)))
        .toList();
  }

  private static boolean isNegative(Dim dim) {
    return dim.isKnown() && dim.known().getAsLong() < 0;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] shape = x.shape().clone();
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] *= (int) inputs.get(1).data()[axis];
    }
    int[] strides = Strides.rowMajor(shape);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < y.data().length; i++) {
      int from = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        from = from * x.dim(axis) + i / strides[axis] % x.dim(axis);
      }
      y.data()[i] = x.data()[from];
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    List<Dim> repeats = DataShape.elements(node.input(1), x.rank(), to);
    DataShape.equate(node.output().type(), dims(x, repeats), to);
    Calling.lower(node, to, Routine.TILE, List.of(node.input(0)), List.of(), List.of());
  }
}
