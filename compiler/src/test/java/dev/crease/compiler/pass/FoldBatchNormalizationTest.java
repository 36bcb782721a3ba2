package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The fold of a normalization into convolutions of every kind, and the mistakes that folds
/// elsewhere are known for. Near-misses are in the golden files of the pass.
class FoldBatchNormalizationTest {
  private final Random random = new Random(7);
  private final GraphBuilder builder = new GraphBuilder("model");

  private Value constant(String name, double scale, double shift, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + scale * random.nextGaussian());
    }
    return builder.constant(name, Constant.of(Tensor.of(values, dims)));
  }

  private Value normalization(String name, Value x, int channels) {
    List<Value> operands =
        List.of(
            x,
            constant(name + "_scale", 0.5, 1, channels),
            constant(name + "_bias", 1, 0, channels),
            constant(name + "_mean", 1, 0, channels),
            constant(name + "_variance", 0.1, 1, channels));
    return builder
        .add(name, new BatchNormalization(1e-3f, 0.9f, false), operands, List.of(name + "_y"))
        .getFirst();
  }

  private Value input(int channels, int spatialRank) {
    List<Dim> dims = new ArrayList<>(List.of(Dim.symbol("N"), Dim.of(channels)));
    for (int i = 0; i < spatialRank; i++) {
      dims.add(Dim.symbol("D" + i));
    }
    return builder.input("x", new TensorType(ElementType.FLOAT32, dims));
  }

  private static Conv conv(int spatialRank, int group, long stride, long dilation, long pad) {
    List<Long> strides = java.util.Collections.nCopies(spatialRank, stride);
    List<Long> dilations = java.util.Collections.nCopies(spatialRank, dilation);
    List<Long> pads = java.util.Collections.nCopies(2 * spatialRank, pad);
    Attributes attributes =
        Attributes.NONE
            .with("group", group)
            .with("strides", strides)
            .with("dilations", dilations)
            .with("pads", pads);
    return (Conv) Operators.find("Conv").orElseThrow().create(attributes);
  }

  private Value convolution(String name, Conv op, Value x, Value... weights) {
    List<Value> operands = new ArrayList<>(List.of(x));
    operands.addAll(List.of(weights));
    return builder.add(name, op, operands, List.of(name + "_y")).getFirst();
  }

  private PassReport run() {
    Graph graph = builder.build();
    PassReport report = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    Equivalence.assertSameMeaning(graph, report.graph());
    return report;
  }

  private static List<String> operators(Graph graph) {
    return graph.nodes().stream().map(node -> node.op().schema().name()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 0, true", "2, 1, 1, 1, 1, false", "3, 1, 1, 1, 1, true",
    "2, 2, 1, 1, 1, true", "2, 4, 1, 1, 1, true", "2, 1, 2, 2, 2, true",
    "1, 4, 2, 1, 0, false", "3, 2, 2, 1, 0, false",
  })
  void convolutionsOfEveryKind(
      int rank, int group, int stride, int dilation, int pad, boolean bias) {
    int[] weightDims = new int[rank + 2];
    Arrays.fill(weightDims, 3);
    weightDims[0] = 8;
    weightDims[1] = 4 / group;
    Value w = constant("w", 1, 0, weightDims);
    Conv op = conv(rank, group, stride, dilation, pad);
    Value x = input(4, rank);
    Value y =
        bias
            ? convolution("conv", op, x, w, constant("b", 1, 0, 8))
            : convolution("conv", op, x, w);
    builder.output(normalization("bn", y, 8));
    PassReport report = run();
    assertThat(operators(report.graph())).containsExactly("Conv");
    assertThat(report.normalizations())
        .extracting(NormalizationRecord::toString)
        .containsExactly(
            "BatchNormalization `bn` is folded into Conv `conv`, bias %s (fold-batch-norm, rewrite 1)"
                .formatted(bias ? "absorbed" : "created"));
    Node conv = report.graph().nodes().getFirst();
    assertThat(conv.name()).isEqualTo("conv");
    assertThat(conv.output().name()).isEqualTo("bn_y");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "2, 1, false", "2, 2, true", "2, 4, false", "3, 2, true"})
  void transposedConvolutionsOfEveryKind(int rank, int group, boolean bias) {
    int[] weightDims = new int[rank + 2];
    Arrays.fill(weightDims, 3);
    weightDims[0] = 4;
    weightDims[1] = 8 / group;
    Attributes attributes =
        Attributes.NONE
            .with("group", group)
            .with("strides", java.util.Collections.nCopies(rank, 2L));
    Op op = Operators.find("ConvTranspose").orElseThrow().create(attributes);
    List<Value> operands =
        new ArrayList<>(List.of(input(4, rank), constant("w", 1, 0, weightDims)));
    if (bias) {
      operands.add(constant("b", 1, 0, 8));
    }
    Value y = builder.add("conv", op, operands, List.of("conv_y")).getFirst();
    Value shift = constant("shift", 1, 0, shape(8, rank));
    Value sum = builder.add(new Arithmetic(Arithmetic.Function.ADD), y, shift);
    builder.output(normalization("bn", sum, 8));
    PassReport report = run();
    assertThat(operators(report.graph())).containsExactly("ConvTranspose");
    assertThat(report.normalizationsLeft()).isEmpty();
  }

  /// `(channels, 1, ...)`.
  private static int[] shape(int channels, int ones) {
    int[] shape = new int[1 + ones];
    Arrays.fill(shape, 1);
    shape[0] = channels;
    return shape;
  }

  /// The dimensions of C, `-` if there is none.
  @ParameterizedTest
  @CsvSource({
    "-, 1, 1, false",
    "'', 1, 1, true",
    "1, 0.5, 2, false",
    "6, 2, -1, true",
    "1 6, 1, 3, false",
    "4 6, -1, 0.5, true",
    "4 1, 1, 2, false",
    "4 1, 1, 0, true",
    "1 1, 3, 1, false",
  })
  void gemmsWithEveryAddend(String c, float alpha, float beta, boolean transB) {
    boolean fixedRows = c.startsWith("4");
    Dim rows = fixedRows ? Dim.of(4) : Dim.symbol("N");
    Value x = builder.input("x", new TensorType(ElementType.FLOAT32, List.of(rows, Dim.of(5))));
    Value b = transB ? constant("b", 1, 0, 6, 5) : constant("b", 1, 0, 5, 6);
    List<Value> operands = new ArrayList<>(List.of(x, b));
    if (!c.equals("-")) {
      int[] dims =
          Arrays.stream(c.split(" "))
              .filter(d -> !d.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      operands.add(constant("c", 1, 0, dims));
    }
    Op gemm = new Gemm(alpha, beta, false, transB);
    Value y = builder.add("gemm", gemm, operands, List.of("gemm_y")).getFirst();
    Value factor = constant("factor", 1, 0, 6);
    Value scaled = builder.add(new Arithmetic(Arithmetic.Function.MUL), y, factor);
    builder.output(normalization("bn", scaled, 6));
    PassReport report = run();
    assertThat(operators(report.graph())).containsExactly("Gemm");
    assertThat(report.normalizationsLeft()).isEmpty();
  }

  /// The bias is multiplied by the scale, not added to it.
  @Test
  void depthwiseBias() {
    Value y =
        convolution(
            "conv",
            conv(2, 4, 1, 1, 1),
            input(4, 2),
            constant("w", 1, 0, 4, 1, 3, 3),
            constant("b", 3, 5, 4));
    builder.output(normalization("bn", y, 4));
    assertThat(run().normalizationsLeft()).isEmpty();
  }

  /// Weights that two convolutions share are not changed for the one without normalization.
  @Test
  void sharedWeights() {
    Value w = constant("w", 1, 0, 4, 4, 3, 3);
    Value x = input(4, 2);
    Value first = convolution("first", conv(2, 1, 1, 1, 1), x, w);
    Value second = convolution("second", conv(2, 1, 1, 1, 1), builder.add(new Relu(), x), w);
    builder.output(normalization("bn", first, 4));
    builder.output(second);
    PassReport report = run();
    assertThat(report.normalizationsLeft()).isEmpty();
    assertThat(report.graph().constant(w)).containsSame(builder.build().constant(w).orElseThrow());
  }

  /// Weights that two normalized convolutions share become two.
  @Test
  void sharedWeightsWithTwoNormalizations() {
    Value w = constant("w", 1, 0, 4, 4, 3, 3);
    Value x = input(4, 2);
    Value first = convolution("first", conv(2, 1, 1, 1, 1), x, w);
    Value second = convolution("second", conv(2, 1, 1, 1, 1), normalization("a", first, 4), w);
    builder.output(normalization("b", second, 4));
    PassReport report = run();
    assertThat(report.normalizationsLeft()).isEmpty();
    assertThat(report.graph().constants().keySet())
        .extracting(Value::name)
        .contains("w.folded", "w.folded.1");
  }

  /// A chain of folds is rounded once: `0.1 * 3 * (1 / 3)` in double, then to float.
  @Test
  void chainsRoundOnce() {
    Value w = constant("w", 1, 0, 4, 4, 1, 1);
    Value y = convolution("conv", conv(2, 1, 1, 1, 0), input(4, 2), w);
    for (int i = 0; i < 5; i++) {
      y = normalization("bn" + i, y, 4);
    }
    builder.output(y);
    Graph graph = builder.build();
    PassReport report = run();
    assertThat(operators(report.graph())).containsExactly("Conv");
    double[] slope = new double[4];
    Arrays.fill(slope, 1);
    for (int i = 0; i < 5; i++) {
      for (int c = 0; c < 4; c++) {
        double scale = parameter(graph, "bn" + i + "_scale")[c];
        slope[c] *= scale / Math.sqrt(parameter(graph, "bn" + i + "_variance")[c] + (double) 1e-3f);
      }
    }
    float[] folded =
        (float[])
            report
                .graph()
                .constant(report.graph().nodes().getFirst().input(1))
                .orElseThrow()
                .array();
    double[] before = parameter(graph, "w");
    for (int i = 0; i < folded.length; i++) {
      assertThat((double) folded[i])
          .isCloseTo(
              slope[i / 4] * before[i], org.assertj.core.data.Percentage.withPercentage(6.1e-6));
    }
  }

  private static double[] parameter(Graph graph, String name) {
    return graph.constants().entrySet().stream()
        .filter(entry -> entry.getKey().name().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue()
        .doubles();
  }

  /// The result keeps the name that the graph's output has.
  @Test
  void theOutputKeepsItsName() {
    Value y =
        convolution("conv", conv(2, 1, 1, 1, 0), input(4, 2), constant("w", 1, 0, 4, 4, 1, 1));
    Value z = normalization("bn", y, 4);
    builder.output(z);
    assertThat(run().graph().outputs()).containsExactly(z);
  }
}
