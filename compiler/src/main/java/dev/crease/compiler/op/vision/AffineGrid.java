package dev.crease.compiler.op.vision;

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
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// ONNX `AffineGrid`: `grid[n, (d,) h, w] = theta[n] (x, y, (z,) 1)`: where an affine map takes the
/// coordinates of each pixel of a picture of shape `size`, which run from -1 to 1 along each axis,
/// between the centres of the outermost pixels if `align_corners`, else between their outer edges.
/// Along an axis of one pixel they are 0.
public record AffineGrid(boolean alignCorners) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("AffineGrid")
          .since(20)
          .attribute("align_corners", 0)
          .input("theta", "T1", TypeSets.FLOATS)
          .input("size", "T2", TypeSets.SHAPES)
          .output("grid", "T1", TypeSets.FLOATS)
          .build(a -> new AffineGrid(a.flag("align_corners")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("align_corners", alignCorners ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType theta = operands.type(0);
    OptionalLong count = operands.type(1).elements().known();
    boolean fits =
        theta.rank() == 3
            && count.isPresent()
            && (count.getAsLong() == 4 || count.getAsLong() == 5);
    if (!fits) {
      throw new InvalidOperandException(
          "AffineGrid needs theta of rank 3 and a size of 4 or 5 numbers, got %s and %s"
              .formatted(theta, operands.type(1)));
    }
    long axes = count.getAsLong() - 2;
    TensorType expected = theta.withDims(List.of(theta.dim(0), Dim.of(axes), Dim.of(axes + 1)));
    if (!theta.agreesWith(expected)) {
      throw new InvalidOperandException(
          "AffineGrid of %d axes needs theta %s, got %s".formatted(axes, expected, theta));
    }
    List<Dim> size =
        operands
            .elements(1)
            .map(list -> Axes.shape("AffineGrid", list))
            .orElseGet(() -> Axes.freshDims("AffineGrid", operands, 1, 0, 1));
    return List.of(theta.withDims(dims(theta, size)));
  }

  private static List<Dim> dims(TensorType theta, List<Dim> size) {
    List<Dim> dims = new ArrayList<>(List.of(theta.dim(0)));
    dims.addAll(size.subList(2, size.size()));
    dims.add(Dim.of(size.size() - 2));
    return dims;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor theta = inputs.get(0);
    double[] size = inputs.get(1).data();
    int axes = size.length - 2;
    int[] shape = new int[axes + 2];
    shape[0] = theta.dim(0);
    shape[axes + 1] = axes;
    for (int axis = 0; axis < axes; axis++) {
      shape[1 + axis] = (int) size[2 + axis];
    }
    int[] strides = Strides.rowMajor(shape);
    DoubleTensor grid = DoubleTensor.zeros(theta.type(), shape);
    for (int i = 0; i < grid.data().length; i++) {
      int row = i / strides[0] * axes + i % axes;
      double sum = theta.data()[row * (axes + 1) + axes];
      for (int column = 0; column < axes; column++) {
        int axis = axes - column;
        int at = i / strides[axis] % shape[axis];
        double edge = alignCorners ? 1 : 1 - 1.0 / shape[axis];
        double coordinate = shape[axis] == 1 ? 0 : edge * (2.0 * at / (shape[axis] - 1) - 1);
        sum += theta.data()[row * (axes + 1) + column] * coordinate;
      }
      grid.data()[i] = sum;
    }
    return List.of(grid);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType grid = node.output().type();
    List<Dim> size = DataShape.elements(node.input(1), grid.rank(), to);
    DataShape.equate(grid, dims(node.input(0).type(), size), to);
    List<Dim> corners = List.of(Dim.of(alignCorners ? 1 : 0));
    Calling.lower(node, to, Routine.AFFINE_GRID, List.of(node.input(0)), corners, List.of());
  }
}
