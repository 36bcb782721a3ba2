package dev.crease.compiler.op.vision;

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
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;

/// ONNX `MaxRoiPool`: the largest element of each of `pooled_shape` cells of each region of
/// interest. A region is a picture's number and left, top, right and bottom, which `spatial_scale`
/// makes pixels of `X` after rounding, the last two included; cells meet at fractions of pixels and
/// take those in whole. A cell without pixels is 0.
public record MaxRoiPool(List<Long> pooledShape, float spatialScale) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("MaxRoiPool")
          .since(22)
          .attribute("pooled_shape", Attribute.Kind.INTS)
          .attribute("spatial_scale", 1f)
          .input("X", "T", TypeSets.FLOATS)
          .input("rois", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(a -> new MaxRoiPool(a.integers("pooled_shape"), a.real("spatial_scale")));

  public MaxRoiPool {
    pooledShape = List.copyOf(pooledShape);
    if (pooledShape.size() != 2 || pooledShape.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "pooled_shape is " + pooledShape + ", expected two numbers of at least 1");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("pooled_shape", pooledShape).with("spatial_scale", spatialScale);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType rois = operands.type(1);
    boolean fits =
        x.rank() == 4 && rois.rank() == 2 && (!rois.dim(1).isKnown() || rois.dim(1).is(5));
    if (!fits) {
      throw new InvalidOperandException(
          "MaxRoiPool needs X of rank 4 and rois of shape [R, 5], got %s and %s"
              .formatted(x, rois));
    }
    List<Dim> dims = new ArrayList<>(List.of(rois.dim(0), x.dim(1)));
    pooledShape.forEach(size -> dims.add(Dim.of(size)));
    return List.of(x.withDims(dims));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] rois = inputs.get(1).data();
    int rows = Math.toIntExact(pooledShape.get(0));
    int columns = Math.toIntExact(pooledShape.get(1));
    int[] shape = {inputs.get(1).dim(0), x.dim(1), rows, columns};
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < y.data().length; i++) {
      int region = i / columns / rows / x.dim(1) * 5;
      int channel = (int) rois[region] * x.dim(1) + i / columns / rows % x.dim(1);
      int[] h = span(rois[region + 2], rois[region + 4], i / columns % rows, rows, x.dim(2));
      int[] w = span(rois[region + 1], rois[region + 3], i % columns, columns, x.dim(3));
      double largest = h[0] < h[1] && w[0] < w[1] ? Double.NEGATIVE_INFINITY : 0;
      for (int row = h[0]; row < h[1]; row++) {
        for (int column = w[0]; column < w[1]; column++) {
          largest = Math.max(largest, x.data()[(channel * x.dim(2) + row) * x.dim(3) + column]);
        }
      }
      y.data()[i] = largest;
    }
    return List.of(y);
  }

  private int[] span(double from, double to, int cell, int cells, int size) {
    double first = rounded(from * spatialScale);
    double length = Math.max(rounded(to * spatialScale) - first + 1, 1);
    double begin = first + Math.floor(cell * length / cells);
    double end = first + Math.ceil((cell + 1) * length / cells);
    return new int[] {
      (int) Math.min(Math.max(begin, 0), size), (int) Math.min(Math.max(end, 0), size)
    };
  }

  private static double rounded(double value) {
    return value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.MAX_ROI_POOL, List.of(), List.of((double) spatialScale));
  }
}
