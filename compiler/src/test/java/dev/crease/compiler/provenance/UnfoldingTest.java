package dev.crease.compiler.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is optimized, written, read and unfolded again computes what the original does, and has its
/// normalizations.
class UnfoldingTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");

  /// Two roundings of weights, over sums of a few dozen terms.
  private static final double TOLERANCE = 5e-6;

  private static final String CONSTANTS =
      """
      w: f32[2, 2, 3, 3] = he_normal(seed = 1)
      s: f32[2] = [1.5, -2]
      b: f32[2] = [0.5, -0.25]
      m: f32[2] = [0.1, 0.2]
      v: f32[2] = [0.9, 3.1]
      """;

  @TempDir Path folder;

  private static Model model(String header, String body) {
    return TextReader.read("model t(" + header + ") {\n" + CONSTANTS + body + "\n}", "test");
  }

  private static Model model(String body) {
    return model("x: f32[N, 2, 6, 5]) -> (y: f32[N, 2, 6, 5]", body);
  }

  /// Optimizes, writes, reads and unfolds, and compares all three.
  private Unfolding.Result roundTrip(Model model) throws IOException {
    Compilation compilation = Compiler.compilation(model, Options.defaults());
    Model optimized = Provenance.record(compilation.optimized(), compilation.report());
    Path file = folder.resolve("folded.onnx");
    OnnxWriter.write(optimized, file);
    Unfolding.Result result = Unfolding.of(OnnxReader.read(file));
    assertThat(result.model().metadata()).isEqualTo(model.metadata());
    Path trainable = folder.resolve("trainable.onnx");
    OnnxWriter.write(result.model(), trainable);
    assertSameMeaning(model.graph(), OnnxReader.read(trainable).graph());
    return result;
  }

  private static void assertSameMeaning(Graph expected, Graph actual) {
    assertThat(actual.outputs()).isEqualTo(expected.outputs());
    Random random = new Random(7);
    Map<String, DoubleTensor> inputs = new HashMap<>();
    for (Value input : expected.inputs()) {
      int[] shape = input.type().dims().stream().mapToInt(UnfoldingTest::size).toArray();
      DoubleTensor tensor = DoubleTensor.zeros(input.type().element(), shape);
      boolean truth = input.type().element() == ElementType.BOOL;
      Arrays.setAll(tensor.data(), _ -> truth ? 1 : (float) random.nextGaussian());
      inputs.put(input.name(), tensor);
    }
    Map<String, DoubleTensor> results = Interpreter.run(actual, inputs);
    Interpreter.run(expected, inputs)
        .forEach(
            (name, tensor) -> {
              double largest = Arrays.stream(tensor.data()).map(Math::abs).max().orElse(0);
              assertThat(results.get(name).data())
                  .containsExactly(tensor.data(), within(TOLERANCE * largest));
            });
  }

  private static int size(Dim dim) {
    return Math.toIntExact(dim.known().orElse(7));
  }

  private static List<Node> normalizations(Graph graph) {
    return graph.allNodes().filter(node -> node.op() instanceof BatchNormalization).toList();
  }

  private static double[] parameter(Graph graph, int index) {
    Node norm = normalizations(graph).getFirst();
    return graph.constant(norm.input(index)).orElseThrow().doubles();
  }

  @Test
  void parametersAreAsTheyWere() throws IOException {
    Model model =
        model(
            "c = Conv(x, w, pads = [1, 1, 1, 1])\n"
                + "y = Relu(BatchNormalization(c, s, b, m, v, epsilon = 0.001, momentum = 0.99))");
    Unfolding.Result result = roundTrip(model);
    assertThat(result.restored()).hasSize(1);
    assertThat(result.notes()).isEmpty();
    Graph graph = result.model().graph();
    Node norm = normalizations(graph).getFirst();
    assertThat(norm.op()).isEqualTo(new BatchNormalization(0.001f, 0.99f, false));
    Node conv = graph.producer(norm.input(0)).orElseThrow();
    assertThat(conv.hasInput(2)).isFalse();
    for (int i = 1; i < 5; i++) {
      Node original = normalizations(model.graph()).getFirst();
      assertThat(parameter(graph, i))
          .isEqualTo(model.graph().constant(original.input(i)).orElseThrow().doubles());
    }
    assertThat(graph.constants().keySet())
        .extracting(Value::name)
        .noneMatch(n -> n.contains("folded"));
  }

  @Test
  void biasOfTheConvolutionGoesIntoTheMean() throws IOException {
    Model model =
        model(
            "k: f32[2] = [3, -4]\nc = Conv(x, w, k, pads = [1, 1, 1, 1])\n"
                + "y = BatchNormalization(c, s, b, m, v)");
    Unfolding.Result result = roundTrip(model);
    assertThat(result.notes()).isEmpty();
    assertThat(parameter(result.model().graph(), 3))
        .containsExactly(new double[] {0.1 - 3, 0.2 + 4}, within(1e-5));
  }

  @Test
  void whatWasFoldedLaterStays() throws IOException {
    Unfolding.Result result =
        roundTrip(
            model(
                """
                k: f32[2, 1, 1] = [[[5]], [[-6]]]
                c = Conv(x, w, pads = [1, 1, 1, 1])
                y = Tanh(BatchNormalization(c, s, b, m, v) * k + x)
                """));
    assertThat(result.restored()).hasSize(1);
  }

  @Test
  void channelsOfScaleZero() throws IOException {
    Unfolding.Result result =
        roundTrip(
            model(
                "z: f32[2] = [0, 2]\nc = Conv(x, w, pads = [1, 1, 1, 1])\n"
                    + "y = BatchNormalization(c, z, b, m, v)"));
    assertThat(result.restored()).hasSize(1);
    assertThat(result.notes())
        .singleElement()
        .asString()
        .contains("in 1 of 2 channels the scale is 0, so their weights are lost");
  }

  @Test
  void otherOperators() throws IOException {
    assertThat(
            roundTrip(
                    model(
                        "x: f32[N, 4, 6, 5]) -> (y: f32[N, 4, 8, 7]",
                        """
                        u: f32[4, 2, 3, 3] = he_normal(seed = 2)
                        p: f32[4] = [1, 2, -3, 4]
                        q: f32[4] = [1, 0.2, 3, 0.4]
                        c = ConvTranspose(x, u, p, group = 2)
                        y = BatchNormalization(c, p, q, p, q)
                        """))
                .restored())
        .hasSize(1);
    for (String product :
        List.of(
            "Gemm(x, g, alpha = 0.5)",
            "Gemm(x, Transpose(g), b, transB = 1, beta = 2.0)",
            "MatMul(x, g)")) {
      Unfolding.Result result =
          roundTrip(
              model(
                  "x: f32[N, 3]) -> (y: f32[N, 2]",
                  "g: f32[3, 2] = [[1, 2], [3, 4], [-5, 6]]\ny = BatchNormalization("
                      + product
                      + ", s, b, m, v)"));
      assertThat(result.restored()).as(product).hasSize(1);
    }
  }

  @Test
  void laterOfTwoIsRestored() throws IOException {
    Unfolding.Result result =
        roundTrip(
            model(
                """
                c = Conv(x, w, pads = [1, 1, 1, 1])
                a = BatchNormalization(c, s, b, m, v)
                y = BatchNormalization(a, v, m, b, v)
                """));
    assertThat(result.restored()).singleElement().asString().contains("`y`");
    assertThat(result.notes()).singleElement().asString().contains("`a`");
  }

  @Test
  void forwardFoldsAreNotUndone() throws IOException {
    Unfolding.Result result =
        roundTrip(
            model("y = Conv(Relu(BatchNormalization(x, s, b, m, v)), w, pads = [1, 1, 1, 1])"));
    assertThat(result.restored()).isEmpty();
    assertThat(result.notes()).singleElement().asString().contains("takes in BatchNormalization");
  }

  @Test
  void insideBranches() throws IOException {
    Unfolding.Result result =
        roundTrip(
            model(
                "x: f32[N, 2, 6, 5], t: bool[]) -> (y: f32[N, 2, 4, 3]",
                """
                y = If(t,
                  then_branch = graph p() -> (d: f32[N, 2, 4, 3]) {
                    d = BatchNormalization(Conv(x, w), s, b, m, v)
                  },
                  else_branch = graph q() -> (e: f32[N, 2, 4, 3]) { e = Conv(x, w) })
                """));
    assertThat(result.restored()).hasSize(1);
    assertThat(normalizations(result.model().graph())).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"residual, 6", "mobile, 3"})
  void wholeModels(String name, int normalizations) throws IOException {
    Model model = OnnxReader.read(CASES.resolve(name).resolve("model.onnx"));
    assertThat(normalizations(model.graph())).hasSize(normalizations);
    Unfolding.Result result = roundTrip(model);
    assertThat(result.restored()).hasSize(normalizations);
    Compilation again = Compiler.compilation(result.model(), Options.defaults());
    assertThat(again.report().normalizationsLeft()).isEmpty();
  }

  @Test
  void modelsWithoutARecordOrWithADamagedOne() {
    Model model = model("y = Relu(x)");
    assertThatThrownBy(() -> Unfolding.of(model))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("no metadata crease.folds");
    for (String text : List.of("", "2", "1\nfold a b", "1\nlost x", "1\nfold %%")) {
      Model damaged = model.with(Map.of(Provenance.METADATA, text));
      assertThatThrownBy(() -> Unfolding.of(damaged))
          .as(text)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("crease.folds is damaged");
    }
  }

  @Test
  void weightsThatAreGoneAreTold() {
    Compilation compilation =
        Compiler.compilation(
            model("c = Conv(x, w, pads = [1, 1, 1, 1])\ny = BatchNormalization(c, s, b, m, v)"),
            Options.defaults());
    Model folded = Provenance.record(compilation.optimized(), compilation.report());
    Model other = model("y = Relu(x)").with(folded.metadata());
    assertThat(Unfolding.of(other).notes())
        .singleElement()
        .asString()
        .contains("is left folded: 0 operators read the weights `w.folded`");
    assertThat(Unfolding.of(folded).restored()).hasSize(1);
  }

  @Test
  void fusedConvolutionsAreLeftAsTheyAre() {
    Compilation compilation =
        Compiler.compilation(
            model(
                "c = Conv(x, w, pads = [1, 1, 1, 1])\ny = Relu(BatchNormalization(c, s, b, m, v))"),
            Options.defaults());
    Model folded = Provenance.record(compilation.optimized(), compilation.report());
    assertThat(Unfolding.of(folded).notes())
        .singleElement()
        .asString()
        .contains("optimize to .onnx");
  }
}
