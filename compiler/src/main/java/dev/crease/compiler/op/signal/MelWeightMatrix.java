package dev.crease.compiler.op.signal;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `MelWeightMatrix`: the triangles that make mel bands of a spectrum, in a matrix (bins,
/// bands). Edges of bands are equally far apart on the scale `mel(f) = 2595 log10(1 + f / 700)`,
/// and rounded down to bins.
public record MelWeightMatrix(ElementType type) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("MelWeightMatrix")
          .since(17)
          .attribute("output_datatype", TypeCodes.code(ElementType.FLOAT32))
          .input("num_mel_bins", "T1", TypeSets.INDEXES)
          .input("dft_length", "T1", TypeSets.INDEXES)
          .input("sample_rate", "T1", TypeSets.INDEXES)
          .input("lower_edge_hertz", "T2", TypeSets.FLOATS)
          .input("upper_edge_hertz", "T2", TypeSets.FLOATS)
          .output("output", "T3", TypeSets.NUMBERS)
          .build(
              a -> new MelWeightMatrix(TypeCodes.required(a, "output_datatype", TypeSets.NUMBERS)));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("output_datatype", TypeCodes.code(type));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Dim bands = Scalar.of(operands, 0).orElseGet(operands::freshSymbol);
    Dim bins = Scalar.of(operands, 1).map(MelWeightMatrix::bins).orElseGet(operands::freshSymbol);
    return List.of(new TensorType(type, Axes.shape("MelWeightMatrix", List.of(bins, bands))));
  }

  private static Dim bins(Dim length) {
    return length.floorDiv(Dim.of(2)).plus(1);
  }

  /// Between its edges a band has the height of the lower of its two lines.
  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int bands = (int) inputs.get(0).data()[0];
    int length = (int) inputs.get(1).data()[0];
    double low = mel(inputs.get(3).data()[0]);
    double width = (mel(inputs.get(4).data()[0]) - low) / (bands + 2);
    double[] edges = new double[bands + 2];
    for (int i = 0; i < edges.length; i++) {
      double frequency = 700 * (Math.pow(10, (low + i * width) / 2595) - 1);
      edges[i] = Math.floor((length + 1) * frequency / inputs.get(2).data()[0]);
    }
    int bins = length / 2 + 1;
    double[] y = new double[bins * bands];
    for (int i = 0; i < y.length; i++) {
      double weight = weight(i / bands, edges, i % bands);
      y[i] = type.isInteger() ? (long) weight : weight;
    }
    return List.of(new DoubleTensor(type, new int[] {bins, bands}, y));
  }

  private static double mel(double frequency) {
    return 2595 * Math.log10(1 + frequency / 700);
  }

  private static double weight(int bin, double[] edges, int band) {
    double center = edges[band + 1];
    if (bin == center) {
      return 1;
    }
    double foot = bin < center ? edges[band] : edges[band + 2];
    return foot == center ? 0 : Math.max(0, (foot - bin) / (foot - center));
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (!to.isBound(node.output().type())) {
      Dim bands = DataShape.element(node.input(0), to);
      Dim length = DataShape.element(node.input(1), to);
      DataShape.equate(node.output().type(), List.of(bins(length), bands), to);
    }
    List<Value> operands = node.inputs().subList(1, 5);
    Calling.lower(node, to, Routine.MEL_WEIGHTS, operands, List.of(), List.of());
  }
}
