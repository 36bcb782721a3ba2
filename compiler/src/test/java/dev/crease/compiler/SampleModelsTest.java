package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.frontend.dsl.TextWriter;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The networks of `samples/models` are those of their papers, mean the same in every form they can
/// be written in, and compute what they mean.
class SampleModelsTest {
  private static final Path MODELS = Path.of("..", "samples", "models");
  private static final Path LIBRARY =
      Path.of("src/main/resources/dev/crease/compiler/frontend/dsl/standard.crease");

  /// Height and width where the model leaves them open, for the published numbers and for a run.
  private static final int PUBLISHED_SIZE = 256;

  private static final int SMALL_SIZE = 32;
  private static final String SMALL = SMALL_SIZE + ", " + SMALL_SIZE;

  /// What follows from the paper by hand.
  ///
  /// @param parameters weights, biases, and the scales and biases of BatchNormalizations
  /// @param products of a weight and a number in one run, biases and normalizations not counted
  record Net(String name, String output, int normalizations, long parameters, long products) {
    Path path() {
      return MODELS.resolve(name + ".crease");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// A convolution with `k` taps from `c` to `o` channels has `k c o` weights, and as many products
  /// for each pixel of its result; a BatchNormalization of `c` channels has `2 c` parameters.
  static List<Net> nets() {
    return List.of(
        // Keras counts 25,568,360 that training changes, and 3.48 G products.
        // Stem 9,472. A unit of width w: 17 w^2 + 16 w; the first of a stage, from c channels:
        // 13 w^2 + 5 c w + 2 c + 12 w. Stages: 215,936 + 1,220,608 + 7,102,464 + 14,966,784.
        // Last normalization 4,096, classes 2,049,000.
        // Products: 112^2 * 9,408, then at 56, 28, 14, 7 pixels a side 159,744, 999,424, 6,225,920
        // and 14,942,208 a pixel; 13 w^2 of each of the first three stages at half the size, which
        // is 41,746,432 in all of them; classes 2,048,000.
        new Net("resnet_v2_50", "logits: f32[N, 1000]", 49, 25_568_360, 3_482_255_360L),
        // Torchvision counts 3,504,872 and 0.30 G products.
        // Stem 928. A block from c to o channels with h = t c in between: h (c + 13 + o) + 2 o,
        // the first without expansion 896. Last convolution 412,160, classes 1,281,000.
        // Products of the stem 10,838,016; of the table's rows 10,035,200 + 54,942,720 + 37,443,840
        // + 38,497,536 + 58,103,808 + 46,560,192 + 23,002,560; 20,070,400; classes 1,280,000.
        new Net("mobilenet_v2", "logits: f32[N, 1000]", 52, 3_504_872, 300_774_272),
        // The paper counts 9.11 M in training, and 1.4 G products of the 3 x 3 branches alone.
        // A block: 10 c o + 4 o, with an identity 2 o more. Stages: 1,632 + 46,560 + 324,672
        // + 4,992,384 + 2,462,720, classes 1,281,000.
        // Products: 1,440, 46,080, 322,560, 4,976,640, 2,457,600 a pixel at 112, 56, 28, 14, 7
        // pixels a side; classes 1,280,000.
        new Net("repvgg_a0", "logits: f32[N, 1000]", 61, 9_108_968, 1_512_581_120),
        // Buda's implementation counts 7,763,041.
        // Two convolutions from c to o: 9 c o + 9 o^2 + 4 o; a transposed one from 2 o to o:
        // 8 o^2 + o. Down 10,208 + 55,552 + 221,696 + 885,760, bottom 3,540,992, up
        // (524,544 + 1,770,496) + (131,200 + 442,880) + (32,832 + 110,848) + (8,224 + 27,776), 33.
        // Products on 256 x 256: 660,602,880 at the top, 905,969,664 at each of four sizes below;
        // up at each of four sizes 134,217,728 + 1,811,939,328; 2,097,152.
        new Net("unet", "inside: f32[N, 1, H, W]", 18, 7_763_041, 12_071_206_912L),
        // PyTorch's example counts 3,576,704.
        // 16 c o each, and 2 o: 820,224 + 2,097,664 + 524,544 + 131,200 + 3,072.
        // Products: 16 c o for each pixel that comes in: 819,200 + 3 * 33,554,432 + 3,145,728.
        new Net("dcgan_generator", "picture: f32[N, 3, 64, 64]", 4, 3_576_704, 104_628_224));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void isTheNetworkOfThePaper(Net net) throws IOException {
    Graph graph = TextReader.read(net.path()).graph();
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    assertThat(graph.outputs()).extracting(Value::toString).containsExactly(net.output());
    assertThat(graph.nodes().stream().filter(SampleModelsTest::isNormalization))
        .hasSize(net.normalizations());
    assertThat(graph.nodes().stream().mapToLong(SampleModelsTest::parameters).sum())
        .isEqualTo(net.parameters());
    assertThat(graph.nodes().stream().mapToLong(SampleModelsTest::products).sum())
        .isEqualTo(net.products());
    assertThat(Files.readString(net.path()))
        .contains("// " + net.normalizations() + " BatchNormalizations: ");
  }

  @ParameterizedTest
  @MethodSource("nets")
  void isTheSameWrittenAndReadBack(Net net, @TempDir Path folder) throws IOException {
    Model model = TextReader.read(Files.readString(net.path()) + plainLibrary(), net.name());
    Path text = folder.resolve("flat.crease");
    TextWriter.write(model, text);
    assertThat(TextReader.read(text)).isEqualTo(model);
  }

  /// An output of open size that is declared to be as large as the input is inferred anew there, so
  /// the size is fixed.
  @ParameterizedTest
  @MethodSource("nets")
  void isTheSameThroughOnnx(Net net, @TempDir Path folder) throws IOException {
    String text = small(net).replace("H, W", SMALL);
    Model model = TextReader.read(text + plainLibrary(), net.name());
    Path onnx = folder.resolve("model.onnx");
    OnnxWriter.write(model, onnx);
    assertThat(OnnxReader.read(onnx, new OnnxOptions(false)).model().graph())
        .isEqualTo(model.graph());
  }

  /// On small pictures, with random parameters and statistics.
  @ParameterizedTest
  @MethodSource("nets")
  void planAgreesWithTheInterpreter(Net net) throws IOException {
    Model model = TextReader.read(small(net) + randomLibrary(), net.name());
    Graph graph = model.graph();
    Map<String, DoubleTensor> inputs = randomInputs(graph);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    inputs.forEach((name, value) -> tensors.put(name, value.toTensor()));
    Compilation compiled = Compiler.compilation(model, Options.defaults());
    Map<String, Tensor> outputs = WholeNetTest.run(compiled.plan(), 2, tensors);
    Interpreter.run(graph, inputs)
        .forEach((name, value) -> WholeNetTest.assertClose(name, outputs.get(name), value.data()));
  }

  /// The three branches of each block, which are added, are one convolution with 3 x 3 taps.
  @Test
  void aBlockOfRepVggIsOneConvolution() throws IOException {
    String text = Files.readString(MODELS.resolve("repvgg_a0.crease")) + plainLibrary();
    PassReport report =
        new PassRunner(Pipeline.inference(), PassOptions.defaults())
            .run(TextReader.read(text, "repvgg_a0").graph());
    assertThat(report.normalizations()).hasSize(61).allMatch(NormalizationRecord::isGone);
    List<Node> convolutions =
        report.graph().nodes().stream().filter(node -> node.op() instanceof FusedConv).toList();
    assertThat(convolutions)
        .hasSize(22)
        .allMatch(node -> node.input(1).type().dim(2).is(3) && node.input(1).type().dim(3).is(3));
    assertThat(report.graph().nodes())
        .filteredOn(node -> node.op() instanceof Conv || node.op() instanceof Arithmetic)
        .isEmpty();
  }

  private static String small(Net net) throws IOException {
    return Files.readString(net.path()).replace("224, 224", SMALL);
  }

  /// The standard library as blocks of the model's own, which take precedence, with parameters as
  /// training might leave them, and weights that are quickly drawn.
  private static String randomLibrary() throws IOException {
    return Files.readString(LIBRARY)
        .replace("he_normal", "he_uniform")
        .replace("] = zeros", "] = normal(0, 0.1)")
        .replace("] = ones", "] = uniform(0.5, 1.5)");
  }

  /// The same with equal weights, which take no time to draw and no room in a file.
  private static String plainLibrary() throws IOException {
    return Files.readString(LIBRARY).replaceAll("he_normal\\(.*\\)\\R", "constant(0.125)\n");
  }

  private static Map<String, DoubleTensor> randomInputs(Graph graph) {
    Random random = new Random(7);
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      int[] shape = shape(input, SMALL_SIZE);
      DoubleTensor tensor = DoubleTensor.zeros(input.type().element(), shape);
      java.util.Arrays.setAll(tensor.data(), i -> (float) random.nextGaussian());
      inputs.put(input.name(), tensor);
    }
    return inputs;
  }

  private static boolean isNormalization(Node node) {
    return node.op().schema().name().equals("BatchNormalization");
  }

  /// Elements of what training changes: all operands but the first, and not the statistics.
  private static long parameters(Node node) {
    return switch (node.op().schema().name()) {
      case "Conv", "ConvTranspose", "Gemm", "BatchNormalization" ->
          node.inputs().stream().skip(1).limit(2).mapToLong(SampleModelsTest::elements).sum();
      default -> 0;
    };
  }

  private static long products(Node node) {
    return switch (node.op().schema().name()) {
      case "Conv", "Gemm" ->
          elements(node.input(1))
              / node.input(1).type().dims().getFirst().known().orElseThrow()
              * elements(node.output());
      case "ConvTranspose" ->
          elements(node.input(1))
              / node.input(1).type().dims().getFirst().known().orElseThrow()
              * elements(node.input(0));
      default -> 0;
    };
  }

  private static long elements(Value value) {
    long elements = 1;
    for (int size : shape(value, PUBLISHED_SIZE)) {
      elements *= size;
    }
    return elements;
  }

  /// The shape for one picture of this height and width.
  private static int[] shape(Value value, long size) {
    Map<String, Long> symbols = Map.of("N", 1L, "H", size, "W", size);
    return value.type().dims().stream().mapToInt(dim -> (int) dim.evaluate(symbols)).toArray();
  }
}
