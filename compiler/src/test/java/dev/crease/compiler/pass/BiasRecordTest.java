package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.pass.BiasRecord.Bias;
import dev.crease.compiler.pass.BiasRecord.Fate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every linear operator ends with exactly one record of its bias.
class BiasRecordTest {
  private static final String CONSTANTS =
      """
      w: f32[2, 2, 1, 1] = he_normal(seed = 1)
      v: f32[2, 2, 1, 1] = he_normal(seed = 2)
      b: f32[2] = [3, 4]
      s: f32[2] = [1, 2]
      z: f32[2] = [0, 0]
      k: f32[2, 1, 1] = [[[5]], [[6]]]
      """;

  private static List<BiasRecord> records(String header, String body, PassOptions options) {
    Graph graph =
        TextReader.read("model m(" + header + ") {\n" + CONSTANTS + body + "\n}", "test").graph();
    PassReport report = new PassRunner(Pipeline.inference(), options).run(graph);
    Equivalence.assertSameMeaning(graph, report.graph());
    return report.biases();
  }

  private static List<String> lines(String body) {
    return lines("x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]", body);
  }

  private static List<String> lines(String header, String body) {
    return records(header, body, PassOptions.defaults()).stream()
        .map(BiasRecord::toString)
        .toList();
  }

  @Test
  void absorbed() {
    assertThat(lines("c = Conv(x, w, b)\ny = BatchNormalization(c, s, s, s, s)"))
        .containsExactly("Conv `c`: bias absorbed (fold-batch-norm, rewrite 1)");
  }

  @Test
  void absorbedTwice() {
    assertThat(lines("c = Conv(x, w, b)\nd = BatchNormalization(c, s, s, s, s)\ny = d + k"))
        .containsExactly(
            "Conv `c`: bias absorbed (fold-batch-norm, rewrite 1;"
                + " fold-channel-affine, rewrite 2)");
  }

  @Test
  void removedWhereItComesOutAsZero() {
    assertThat(lines("c = Conv(x, w, b)\ny = BatchNormalization(c, s, z, b, s)"))
        .containsExactly(
            "Conv `c`: bias removed, since it came out as 0 (fold-batch-norm, rewrite 1)");
  }

  @Test
  void created() {
    assertThat(lines("c = Conv(x, w)\ny = BatchNormalization(c, s, s, s, s)"))
        .containsExactly("Conv `c`: bias created (fold-batch-norm, rewrite 1)");
  }

  @Test
  void noneBeforeAndAfter() {
    assertThat(lines("c = Conv(x, w)\ny = BatchNormalization(c, s, z, z, s)"))
        .containsExactly("Conv `c`: no bias");
  }

  @Test
  void keptWhereOnlyAnActivationIsFused() {
    assertThat(lines("c = Conv(x, w, b)\ny = Relu(c)")).containsExactly("Conv `c`: bias kept");
  }

  @Test
  void everyBranchOfAConcatenation() {
    assertThat(
            lines(
                "x: f32[N, 2, H, W]) -> (y: f32[N, 4, H, W]",
                """
                s4: f32[4] = [1, 2, 3, 4]
                c = Conv(x, w)
                d = Conv(x, v, b)
                e = Concat(c, d, axis = 1)
                y = BatchNormalization(e, s4, s4, s4, s4)
                """))
        .containsExactly(
            "Conv `c`: bias created (fold-batch-norm, rewrite 1)",
            "Conv `d`: bias absorbed (fold-batch-norm, rewrite 1)");
  }

  @Test
  void forwardFoldsChangeItToo() {
    assertThat(lines("n = BatchNormalization(x, s, s, s, s)\ny = Conv(n, w, b)"))
        .containsExactly("Conv `y`: bias absorbed (fold-forward, rewrite 1)");
  }

  @Test
  void mergedWithItsEqual() {
    assertThat(lines("c = Conv(x, w, b)\nd = Conv(x, w, b)\ny = c + Relu(d)"))
        .containsExactly(
            "Conv `c`: bias kept",
            "Conv `d` is merged with Conv `c` (merge-equal-nodes, rewrite 1)");
  }

  @Test
  void mergedWhereOneIsAnOutput() {
    assertThat(
            lines(
                "x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W], u: f32[N, 2, H, W]",
                "c = Conv(x, w, b)\nu = Relu(c)\ny = Conv(x, w, b)"))
        .containsExactly(
            "Conv `c`: bias kept",
            "Conv `y` is merged with Conv `c` (merge-equal-nodes, rewrite 1)");
  }

  @Test
  void unused() {
    assertThat(lines("c = Conv(x, w, b)\ny = Relu(x)"))
        .containsExactly("Conv `c` is removed: no output depends on it");
  }

  @Test
  void computedWhileCompiling() {
    assertThat(
            lines(
                """
                i: f32[1, 2, 1, 1] = [[[[1]], [[2]]]]
                c = Conv(i, w, b)
                y = x + c
                """))
        .containsExactly("Conv `c` is computed (fold-constants, rewrite 1)");
  }

  @Test
  void productsOfMatrices() {
    String header = "x: f32[N, 2]) -> (y: f32[N, 2]";
    String m = "m: f32[2, 2] = [[1, 2], [3, 4]]\n";
    assertThat(lines(header, m + "p = MatMul(x, m)\ny = p + b"))
        .containsExactly("MatMul `p`: bias created (fold-channel-affine, rewrite 1)");
    assertThat(lines(header, m + "p = Gemm(x, m, b)\ny = BatchNormalization(p, s, s, s, s)"))
        .containsExactly("Gemm `p`: bias absorbed (fold-batch-norm, rewrite 1)");
    assertThat(
            lines("x: f32[N, 3, 2]) -> (y: f32[N, 3, 2]", m + "p = MatMul(x, m)\ny = (p + b) * s"))
        .singleElement()
        .asString()
        .startsWith("MatMul `p`: ");
    assertThat(lines("x: f32[N, 2]) -> (y: f32[N, N]", "y = MatMul(x, Transpose(x))")).isEmpty();
  }

  @Test
  void insideBranches() {
    assertThat(
            lines(
                "x: f32[N, 2, H, W], t: bool[]) -> (y: f32[N, 2, H, W]",
                """
                y = If(t,
                  then_branch = graph a() -> (d: f32[N, 2, H, W]) {
                    d = BatchNormalization(Conv(x, v), s, s, s, s)
                  },
                  else_branch = graph b() -> (e: f32[N, 2, H, W]) {
                    e = Conv(x, w, b)
                  })
                """))
        .containsExactly(
            "Conv `conv`: bias created (fold-batch-norm, rewrite 1)", "Conv `e`: bias kept");
  }

  @Test
  void withoutRewrites() {
    String header = "x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]";
    String body = "c = Conv(x, w, b)\ny = BatchNormalization(c, s, s, s, s)";
    assertThat(records(header, body, PassOptions.defaults().without(Set.of("fold-batch-norm"))))
        .extracting(BiasRecord::fate)
        .noneMatch(Fate.Gone.class::isInstance);
    assertThat(records(header, body, PassOptions.defaults().stoppingAfter(0)))
        .extracting(BiasRecord::fate)
        .containsExactly(new Fate.There(Bias.KEPT, List.of(), "c", List.of()));
  }

  /// `Relu(conv)` gets a convolution of its own where others read it too.
  private static Outcome copy(Rewriter out, Node node) {
    Optional<Node> conv = out.source().producer(node.input(0));
    boolean shared = node.op() instanceof Relu && out.source().uses(node.input(0)) > 1;
    if (!shared || conv.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Value own = out.emit(conv.get(), conv.get().op(), conv.get()::inputs);
    out.replace(node, node.op(), List.of(own));
    return Outcome.replaced(
        "given its own " + conv.get().label(), Preconditions.NONE, node, conv.get());
  }

  @Test
  void copies() {
    Graph graph =
        TextReader.read(
                "model m(x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]) {\n"
                    + CONSTANTS
                    + "c = Conv(x, w, b)\ny = Tanh(c) + Relu(c)\n}",
                "test")
            .graph();
    Pass pass = new Pass("copy", "for a test", BiasRecordTest::copy);
    Pipeline pipeline = Pipeline.of(List.of(pass), List.of());
    PassReport report = new PassRunner(pipeline, PassOptions.defaults()).run(graph);
    assertThat(report.biases())
        .extracting(BiasRecord::toString)
        .containsExactly("Conv `c` is copied; `c`: bias kept; `c.1`: bias kept");
  }
}
