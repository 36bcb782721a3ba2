package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What folds do by other options than the usual ones.
class FoldOptionsTest {
  private static final String PARAMETERS =
      """
        w: f32[2, 2, 3, 1] = he_normal(seed = 1)
        v: f32[2, 2, 1, 1] = he_normal(seed = 2)
        scale: f32[2] = [4, 3]
        bias: f32[2] = [10, 20]
        mean: f32[2] = [1, 2]
        variance: f32[2] = [3, 8]
      """;

  private static final String NORMALIZATION =
      "BatchNormalization(%s, scale, bias, mean, variance, epsilon = 1)";

  private static PassReport run(String outputs, String body, FoldOptions options) {
    String text =
        "model m(x: f32[N, 2, H, W]) -> (%s) {\n%s%s\n}".formatted(outputs, PARAMETERS, body);
    Graph graph = TextReader.read(text, "test").graph();
    PassReport report =
        new PassRunner(Pipeline.inference(options), PassOptions.defaults()).run(graph);
    Equivalence.assertSameMeaning(graph, report.graph());
    return report;
  }

  private static PassReport copying(String outputs, String body, double limit) {
    return run(outputs, body, new FoldOptions(false, limit));
  }

  private static List<String> operators(PassReport report) {
    return report.graph().nodes().stream().map(node -> node.op().schema().name()).toList();
  }

  private static final String TWO = "y: f32[N, 2, H, W], z: f32[N, 2, H, W]";
  private static final String ASKED_FOR = "y: f32[N, 2, H, W], c: f32[N, 2, H, W]";
  private static final String NORMALIZED =
      "c = Conv(x, w, pads = [1, 0, 1, 0])\ny = " + NORMALIZATION.formatted("c");

  /// Two channels and three taps are six multiplications.
  @ParameterizedTest
  @CsvSource({"0, 1", "5.5, 1", "6, 0", "1e9, 0"})
  void aConvolutionThatIsReadElsewhereIsCopied(double limit, int left) {
    PassReport report = copying(TWO, NORMALIZED + "\nz = Sigmoid(c)", limit);
    assertThat(report.normalizationsLeft()).hasSize(left);
    assertThat(report.normalizations().getFirst().toString())
        .contains(
            left == 0
                ? "is folded into a copy of Conv `c`, bias created"
                : "Conv `c` has 2 consumers: BatchNormalization `y`, Sigmoid `z`;"
                    + " --clone-limit 6 would copy it");
  }

  @Test
  void oneThatIsAskedForStays() {
    assertThat(operators(copying(ASKED_FOR, NORMALIZED, 6))).containsExactly("Conv", "Conv");
    assertThat(copying(ASKED_FOR, NORMALIZED, 1).normalizationsLeft().getFirst().toString())
        .contains("is an output of the graph; --clone-limit 6 would copy it");
  }

  /// Each with its own weights, in one sweep; nobody is left to read the original.
  @Test
  void twoNormalizationsOfOneConvolution() {
    String body =
        NORMALIZED + "\nz = BatchNormalization(c, bias, scale, variance, mean, epsilon = 1)";
    assertThat(operators(copying(TWO, body, 6))).containsExactly("Conv", "Conv");
  }

  /// The parts of one normalization that go into both are different.
  @Test
  void oneConvolutionAsTwoOperands() {
    String body =
        """
        c = Conv(x, v)
        d = Concat(c, c, axis = 1)
        y = BatchNormalization(d, [1, 2, 3, 4], [5, 6, 7, 8], [0, 1, 2, 3], [3, 3, 8, 8])
        """;
    PassReport report = copying("y: f32[N, 4, H, W]", body, 2);
    assertThat(operators(report)).containsExactly("Conv", "Conv", "Concat");
  }

  @Test
  void aProductIsCopiedWithItsBiasBehind() {
    String body =
        """
        m: f32[2, 2] = [[1, 2], [3, 4]]
        c = MatMul(x, Transpose(m))
        t = Transpose(c, perm = [0, 3, 1, 2])
        n = BatchNormalization(t, scale, bias, mean, variance, epsilon = 1)
        y = Transpose(n, perm = [0, 2, 3, 1])
        z = Sigmoid(c)
        """;
    String text =
        "model m(x: f32[N, H, W, 2]) -> (y: f32[N, H, W, 2], z: f32[N, H, W, 2]) {\n%s%s}"
            .formatted(PARAMETERS, body);
    Graph graph = TextReader.read(text, "test").graph();
    PassReport report =
        new PassRunner(Pipeline.inference(new FoldOptions(false, 2)), PassOptions.defaults())
            .run(graph);
    Equivalence.assertSameMeaning(graph, report.graph());
    assertThat(report.normalizations()).allMatch(NormalizationRecord::isGone);
    assertThat(operators(report)).filteredOn("MatMul"::equals).hasSize(2);
  }

  /// A transposed convolution with stride 2 computes half of its taps for each element.
  @Test
  void stridesOfATransposedConvolutionCount() {
    String body =
        "c = ConvTranspose(x, w, strides = [2, 1])\ny = "
            + NORMALIZATION.formatted("c")
            + "\nz = Sigmoid(c)";
    String outputs = "y: f32[N, 2, 2 * H + 1, W], z: f32[N, 2, 2 * H + 1, W]";
    assertThat(copying(outputs, body, 2).normalizationsLeft().getFirst().toString())
        .contains("--clone-limit 3 would");
    assertThat(copying(outputs, body, 3).normalizationsLeft()).isEmpty();
  }

  /// What would not fold into a copy either is not recommended.
  @Test
  void noHintWhereACopyWouldNotDo() {
    String computed =
        "model m(x: f32[2, 2, 1, 1]) -> (y: f32[2, 2, 1, 1], c: f32[2, 2, 1, 1]) {\n%sc = Conv(x, Abs(x))\ny = %s\n}"
            .formatted(PARAMETERS, NORMALIZATION.formatted("c"));
    Graph graph = TextReader.read(computed, "test").graph();
    PassReport report =
        new PassRunner(Pipeline.inference(new FoldOptions(false, 100)), PassOptions.defaults())
            .run(graph);
    assertThat(report.normalizationsLeft().getFirst().toString())
        .contains("is an output of the graph")
        .doesNotContain("--clone-limit");
  }

  /// Only a normalization is worth a second convolution.
  @Test
  void arithmeticIsNot() {
    PassReport report = copying(TWO, "c = Conv(x, v)\ny = c * 2\nz = Sigmoid(c)", 100);
    assertThat(operators(report)).containsExactlyInAnyOrder("Conv", "Mul", "Sigmoid");
    assertThat(report.declines()).noneMatch(decline -> decline.reason().contains("--clone-limit"));
  }

  @Test
  void exactLeavesSubnormalWeights() {
    String body = "u: f32[2, 2, 1, 1] = [[[[1e-40]], [[1]]], [[[2]], [[1e-41]]]]\ny = Conv(x, u)";
    PassReport exact = run("y: f32[N, 2, H, W]", body, new FoldOptions(true, 0));
    assertThat(exact.rewrites()).isEmpty();
    assertThat(exact.declines().getFirst().reason())
        .isEqualTo("2 of 4 weights are subnormal; without --exact they become 0");
    PassReport flushed = run("y: f32[N, 2, H, W]", body, FoldOptions.defaults());
    Node conv = flushed.graph().nodes().getFirst();
    assertThat(flushed.graph().constant(conv.input(1)).orElseThrow().doubles())
        .containsExactly(0, 1, 2, 0);
  }

  /// A fold that makes a weight subnormal comes first, and what it leaves is flushed.
  @Test
  void whatFoldsMakeIsFlushed() {
    String body =
        """
        u: f32[2, 2, 1, 1] = [[[[1e-30]], [[1]]], [[[2]], [[1]]]]
        c = Conv(x, u)
        y = BatchNormalization(c, [1e-9, 1], bias, mean, [1, 1], epsilon = 0)
        """;
    PassReport report = run("y: f32[N, 2, H, W]", body, FoldOptions.defaults());
    assertThat(report.rewrites())
        .extracting(rewrite -> rewrite.pass())
        .containsExactly("fold-batch-norm", "flush-subnormals");
    Node conv = report.graph().nodes().getFirst();
    assertThat(report.graph().constant(conv.input(1)).orElseThrow().doubles()[0]).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-1", "NaN"})
  void limitsThatAreNone(double limit) {
    assertThatThrownBy(() -> new FoldOptions(false, limit))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at least 0");
  }
}
