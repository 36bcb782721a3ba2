package dev.crease.compiler.op.signal;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.Arrays;
import java.util.List;

/// ONNX `HannWindow`, `HammingWindow` and `BlackmanWindow`: `y[n] = a0 - a1 cos(2 pi n / N) + a2
/// cos(4 pi n / N)`, where `N` is the number of elements, or one less if the window is symmetric. A
/// symmetric window of one element is 1.
public record CosineWindow(Function function, ElementType type, boolean periodic)
    implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// A window by its coefficients.
  public enum Function {
    HANN("HannWindow", 0.5, 0.5, 0),
    HAMMING("HammingWindow", 25 / 46.0, 21 / 46.0, 0),
    BLACKMAN("BlackmanWindow", 0.42, 0.5, 0.08);

    private final List<Double> coefficients;
    private final OpSchema schema;

    Function(String name, double a0, double a1, double a2) {
      coefficients = List.of(a0, a1, a2);
      schema =
          OpSchema.named(name)
              .since(17)
              .attribute("output_datatype", TypeCodes.code(ElementType.FLOAT32))
              .attribute("periodic", 1)
              .input("size", "T1", TypeSets.INDEXES)
              .output("output", "T2", TypeSets.NUMBERS)
              .build(
                  a ->
                      new CosineWindow(
                          this,
                          TypeCodes.required(a, "output_datatype", TypeSets.NUMBERS),
                          a.flag("periodic")));
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("output_datatype", TypeCodes.code(type))
        .with("periodic", periodic ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Dim size = Scalar.of(operands, 0).orElseGet(operands::freshSymbol);
    return List.of(new TensorType(type, Axes.shape(schema().name(), List.of(size))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int size = (int) inputs.get(0).data()[0];
    double[] y = new double[size];
    for (int n = 0; n < size; n++) {
      double turn = periodic ? (double) n / size : size == 1 ? 0.5 : n / (size - 1.0);
      double value =
          function.coefficients.get(0)
              - function.coefficients.get(1) * Math.cos(2 * Math.PI * turn)
              + function.coefficients.get(2) * Math.cos(4 * Math.PI * turn);
      y[n] = type.isInteger() ? (long) value : value;
    }
    return List.of(new DoubleTensor(type, new int[] {size}, y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Dim size = DataShape.element(node.input(0), to);
    DataShape.equate(node.output().type(), List.of(size), to);
    List<Dim> integers = List.of(Dim.of(periodic ? 1 : 0));
    Calling.lower(node, to, Routine.COSINE_WINDOW, List.of(), integers, function.coefficients);
  }
}
