package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.Routine;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `MaxPool`: the largest element of each window inside the picture, and optionally where in
/// `X` it lies, as an index into the flattened tensor.
///
/// @param storageOrder 1 if the index counts the first spatial dimension fastest
public record MaxPool(WindowAttributes window, boolean ceilMode, long storageOrder)
    implements Primitive {
  private static final Set<ElementType> TYPES = types();

  public static final OpSchema SCHEMA =
      WindowAttributes.declare(OpSchema.named("MaxPool").since(22), true)
          .attribute("ceil_mode", 0)
          .attribute("storage_order", 0)
          .input("X", "T", TYPES)
          .output("Y", "T", TYPES)
          .optionalOutput("Indices", "I", TypeSets.SHAPES)
          .build(
              a ->
                  new MaxPool(
                      WindowAttributes.of(a), a.flag("ceil_mode"), a.integer("storage_order")));

  private static Set<ElementType> types() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.FLOATS);
    types.add(ElementType.INT8);
    types.add(ElementType.UINT8);
    return types;
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return window
        .attributes()
        .with("ceil_mode", ceilMode ? 1 : 0)
        .with("storage_order", storageOrder);
  }

  private Pool pool() {
    return new Pool("MaxPool", window, ceilMode);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType y = pool().infer(operands.type(0));
    return List.of(y, y.withElement(ElementType.INT64));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    WindowGeometry geometry = pool().geometry(x.shape());
    int[] shape = geometry.resultShape(x.dim(0), x.dim(1), x.rank());
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    DoubleTensor indices = DoubleTensor.zeros(ElementType.INT64, shape);
    for (int at = 0; at < y.data().length; at++) {
      int plane = at / geometry.outputs() * geometry.inputs();
      int largest = largest(geometry, x.data(), plane, at % geometry.outputs());
      y.data()[at] = largest < 0 ? Double.NEGATIVE_INFINITY : x.data()[largest];
      indices.data()[at] = plane + index(geometry, largest - plane);
    }
    return List.of(y, indices);
  }

  /// Where the first largest element of a window lies; -1 if the window holds nothing.
  private static int largest(WindowGeometry window, double[] x, int plane, int output) {
    int best = -1;
    for (int source : window.sources(output)) {
      if (source >= 0 && (best < 0 || exceeds(x[plane + source], x[best]))) {
        best = plane + source;
      }
    }
    return best;
  }

  /// What is no number is passed on, wherever in the window it lies.
  private static boolean exceeds(double value, double largest) {
    return value > largest || Double.isNaN(value) && !Double.isNaN(largest);
  }

  private int index(WindowGeometry window, int rowMajor) {
    if (storageOrder == 0) {
      return rowMajor;
    }
    int index = 0;
    int step = 1;
    int inner = window.inputs();
    for (int size : window.input()) {
      inner /= size;
      index += rowMajor / inner % size * step;
      step *= size;
    }
    return index;
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (Pool.isVector(node.input(0).type()) && node.output(1).isAbsent()) {
      pool().lower(node, to, PoolKind.MAX);
    } else {
      pool().call(node, to, Routine.MAX_POOL, List.of(Dim.of(storageOrder)));
    }
  }
}
