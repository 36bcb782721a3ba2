package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.plan.KernelEvaluator;
import dev.crease.compiler.verify.certificate.Certificate;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LocalVerificationTest {
  private static final String BEFORE =
      """
      model m(x: f32[1, 2, 6, 6]) -> (y: f32[1, 2, 6, 6]) {
        w: f32[2, 2, 3, 3] = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, 1], [0, 1, 0], [2, 0, 2]]],
                              [[[3, 1, 4], [1, 5, 9], [2, 6, 5]], [[2, 7, 1], [8, 2, 8], [1, 8, 2]]]]
        b: f32[2] = [1, 2]
        c = Conv(x, w, b, pads = [1, 1, 1, 1])
        y = Relu(c)
      }
      """;

  private static Graph graph(String text) {
    return TextReader.read(text, "test").graph();
  }

  private static LocalReport judge(Graph before, Graph after) {
    return Locally.verify(before, List.of(rewrite(before, after)), before, 1);
  }

  private static Rewrite rewrite(Graph before, Graph after) {
    Replacement replacement = new Replacement(before, after, after.inputs());
    return new Rewrite(1, 1, "rule", "node", List.of(), List.of(), "changed", replacement);
  }

  /// Each defect leaves types and shapes as they are.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a wrong bias                    | = [1, 2]            | = [1, 2.00001]
          two biases exchanged            | = [1, 2]            | = [2, 1]
          one wrong weight                | [7, 8, 9]           | [7, 8.00001, 9]
          transposed weights              | [[1, 2, 3], [4, 5, 6], [7, 8, 9]] | [[1, 4, 7], [2, 5, 8], [3, 6, 9]]
          padding that is one place off   | pads = [1, 1, 1, 1] | pads = [0, 0, 2, 2]
          padding off along one axis      | pads = [1, 1, 1, 1] | pads = [1, 0, 1, 2]
          a function that lets more pass  | Relu(c)             | LeakyRelu(c, alpha = 0.01)
          a function that lets less pass  | Relu(c)             | Clip(c, 0, 1000000)
          a function that is another      | Relu(c)             | Elu(c)
          a function left out             | Relu(c)             | Identity(c)
          a stray factor                  | y = Relu(c)         | y = Relu(c) * 1.000001
          a residual of its own           | y = Relu(c)         | y = Relu(c) + x * 0.00001
          what is no number is hidden     | y = Relu(c)         | y = Where(Equal(c, c), Relu(c), 0)
          """)
  void aWrongReplacementIsFound(String defect, String was, String is) {
    assertThat(BEFORE).as(defect).contains(was);
    LocalReport report = judge(graph(BEFORE), graph(BEFORE.replace(was, is)));
    RewriteFinding finding = report.rewrites().getFirst();
    assertThat(finding.verdict()).as("%s: %s", defect, finding).isEqualTo(Verdict.WRONG);
    assertThat(report.agrees()).isFalse();
  }

  /// An infinity times 0 is no number, but the clamp that holds a channel makes one of it.
  @Test
  void aChannelThatIsHeldMayHideInfinitiesButNotWhatIsNoNumber() {
    String text =
        """
        model m(x: f32[1, 2, 6, 6]) -> (y: f32[1, 1, 6, 6]) {
          w: f32[1, 2, 3, 3] = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 1, 1], [2, 2, 2], [3, 3, 3]]]]
          scale: f32[2] = [1, 0]
          shift: f32[2] = [0, 5]
          mean: f32[2] = [0, 0]
          variance: f32[2] = [1, 1]
          b = %s
          y = Conv(b, w, pads = [1, 1, 1, 1])
        }
        """;
    Graph before =
        graph(text.formatted("BatchNormalization(x, scale, shift, mean, variance, epsilon = 0)"));
    String held = "crease.ChannelClamp(%s, [-inf, 5], [inf, 5])";
    Graph right = graph(text.formatted(held.formatted("x")));
    Graph wrong = graph(text.formatted(held.formatted("Where(Equal(x, x), x, 0)")));
    RewriteFinding finding = judge(before, right).rewrites().getFirst();
    assertThat(finding.verdict()).as("%s", finding).isNotEqualTo(Verdict.WRONG);
    assertThat(judge(before, wrong).rewrites().getFirst().verdict()).isEqualTo(Verdict.WRONG);
  }

  /// A sum in which most cancels is off by more than it is, so its reciprocal has no bound.
  @ParameterizedTest
  @CsvSource({"1.000001, SAMPLED", "1.001, WRONG", "2, WRONG"})
  void whatHasNoBoundIsSampled(String numerator, Verdict verdict) {
    String text =
        """
        model m(x: f32[1, 2, 3, 3]) -> (y: f32[1, 2, 3, 3]) {
          d = ((Sigmoid(x) + 1e18) - 1e18) + 3
          y = %s / d
        }
        """;
    Graph before = graph(text.formatted("1.0"));
    Graph after = graph(text.formatted(numerator));
    List<Rewrite> rewrites = List.of(rewrite(before, after));
    LocalReport report = Locally.verify(before, rewrites, before, 1, Certificate::of);
    RewriteFinding finding = report.rewrites().getFirst();
    assertThat(finding.verdict()).as("%s", finding).isEqualTo(verdict);
  }

  /// Infinities cancel in a sum, but what is no number already stays so.
  @Test
  void aNumberMadeInfiniteIsFound() {
    String hidden = "y = Where(Equal(c, c), Relu(c), inf)";
    RewriteFinding finding =
        judge(graph(BEFORE), graph(BEFORE.replace("y = Relu(c)", hidden))).rewrites().getFirst();
    assertThat(finding.verdict()).as("%s", finding).isEqualTo(Verdict.WRONG);
  }

  @Test
  void theSameComputationIsBitIdentical() {
    String fused = BEFORE.replace("c = Conv(x, w, b,", "y = crease.FusedConv(x, w, b,");
    fused = fused.replace("1, 1])", "1, 1], activation = \"Relu\")").replace("y = Relu(c)", "");
    RewriteFinding finding = judge(graph(BEFORE), graph(fused)).rewrites().getFirst();
    assertThat(finding.verdict()).isEqualTo(Verdict.BIT_IDENTICAL);
  }

  @Test
  void whatIsProvedIsSaidToBeAndWhatIsRefutedIsWrong() {
    Graph before = graph(BEFORE);
    Graph after = graph(BEFORE.replace("Relu(c)", "Clip(c, 0)"));
    Rewrite rewrite = rewrite(before, after);
    Map<Finding, Verdict> verdicts =
        Map.of(
            new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1), Verdict.PROVED,
            new Finding.Refuted("output", "1", "2"), Verdict.WRONG);
    verdicts.forEach(
        (finding, verdict) -> {
          LocalReport report = Locally.verify(before, List.of(rewrite), after, 1, _ -> finding);
          assertThat(report.log()).isEmpty();
          assertThat(report.rewrites().getFirst().verdict()).isEqualTo(verdict);
          assertThat(report.rewrites().getFirst().certificate()).isEqualTo(finding);
        });
  }

  @Test
  void aProofDoesNotOutweighNumbersThatDiffer() {
    Graph before = graph(BEFORE);
    Finding proof = new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1);
    Graph wrong = graph(BEFORE.replace("Relu(c)", "Elu(c)"));
    assertThat(verdict(before, wrong, proof)).isEqualTo(Verdict.WRONG);
    Graph same = graph(BEFORE.replace("y = Relu(c)", "y = Relu(Identity(c))"));
    assertThat(verdict(before, same, proof)).isEqualTo(Verdict.BIT_IDENTICAL);
    assertThat(verdict(before, same, new Finding.Refuted("output", "1", "2")))
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void aBudgetMakesNothingAProofAndLetsARefutedRewritePass() {
    Graph before = graph(BEFORE);
    Graph near = graph(BEFORE.replace("y = Relu(c)", "y = Relu(c) * 1.000001"));
    Finding proof = new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1);
    Finding refuted = new Finding.Refuted("output", "1", "2");
    for (Finding finding : List.of(proof, refuted, new Finding.NotCovered("nobody asked"))) {
      assertThat(verdict(before, near, finding, new Budget(1e-5, 0)))
          .isEqualTo(Verdict.WITHIN_BUDGET);
      assertThat(verdict(before, near, finding, new Budget(1e-7, 0))).isEqualTo(Verdict.WRONG);
    }
    Graph equal = graph(BEFORE.replace("Relu(c)", "Clip(c, 0)"));
    assertThat(verdict(before, equal, proof, new Budget(1, 1))).isEqualTo(Verdict.PROVED);
    assertThat(verdict(before, equal, refuted, new Budget(0, 0))).isEqualTo(Verdict.WITHIN_BUDGET);
    // No numbers were compared.
    Graph same = graph(BEFORE.replace("y = Relu(c)", "y = Relu(Identity(c))"));
    assertThat(verdict(before, same, refuted, new Budget(1, 1))).isEqualTo(Verdict.WRONG);
  }

  private static Verdict verdict(Graph before, Graph after, Finding finding, Budget budget) {
    List<Rewrite> rewrites = List.of(rewrite(before, after));
    return Locally.verify(before, rewrites, after, 1, _ -> finding, Optional.of(budget))
        .rewrites()
        .getFirst()
        .verdict();
  }

  private static Verdict verdict(Graph before, Graph after, Finding finding) {
    return Locally.verify(before, List.of(rewrite(before, after)), after, 1, _ -> finding)
        .rewrites()
        .getFirst()
        .verdict();
  }

  @Test
  void aChangeThatNoRewriteMadeIsFound() {
    Graph before = graph(BEFORE);
    Graph after = graph(BEFORE.replace("Relu(c)", "Clip(c, 0)"));
    LocalReport report = Locally.verify(before, List.of(), after, 1);
    assertThat(report.log()).isNotEmpty();
    assertThat(report.agrees()).isFalse();
  }

  @Test
  void aBranchThatDoesNotRunIsNotReached() {
    String text =
        """
        model m(x: f32[1, 2, 3], t: bool[]) -> (z: f32[1, 2, 3]) {
          w: f32[2, 2, 1] = [[[1], [2]], [[3], [4]]]
          s: f32[2] = [1, 2]
          z = If(t,
            then_branch = graph a() -> (p: f32[1, 2, 3]) {
              p = BatchNormalization(Conv(Relu(x), w), s, s, s, s) },
            else_branch = graph b() -> (q: f32[1, 2, 3]) {
              q = BatchNormalization(Conv(Abs(x), w), s, s, s, s) })
        }
        """;
    Compilation compilation =
        Compiler.compilation(TextReader.read(text, "test"), Options.defaults());
    List<Verdict> verdicts =
        Locally.verify(compilation, 3).rewrites().stream().map(RewriteFinding::verdict).toList();
    assertThat(verdicts).containsOnlyOnce(Verdict.NOT_REACHED).contains(Verdict.WITHIN_BOUND);
  }

  /// Constants look like pictures where they align with channels, but are not cut like them.
  @Test
  void whatIsComputedFromConstantsOfHigherRankIsRight() {
    String text =
        """
        model m(x: f32[1, 4, 2, 2]) -> (y: f32[1, 4, 2, 2]) {
          k: f32[4, 1, 1] = [[[1]], [[2]], [[3]], [[4]]]
          y = x * Sqrt(k + 0.1)
        }
        """;
    Compilation compilation =
        Compiler.compilation(TextReader.read(text, "test"), Options.defaults());
    LocalReport report = Locally.verify(compilation, 3);
    assertThat(report.rewrites()).hasSize(2);
    assertThat(report.agrees()).as("%s", report).isTrue();
  }

  static List<Path> goldenFiles() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(LocalVerificationTest.class.getResource("/pass")).toURI());
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
    }
  }

  /// Whatever the passes do to the inputs of their own tests is right.
  @Tag("passes")
  @ParameterizedTest
  @MethodSource("goldenFiles")
  void aRightRewriteIsNeverWrong(Path file) throws IOException {
    String text = Files.readString(file).split("=== (expect|report)\n", 2)[0];
    Graph original = TextReader.read(text, file.getFileName().toString()).graph();
    PassReport passes = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(original);
    LocalReport report = Locally.verify(original, passes.rewrites(), passes.graph(), 7);
    assertThat(report.rewrites()).hasSameSizeAs(passes.rewrites());
    assertThat(report.agrees()).as("%s", report).isTrue();
  }

  @Test
  void aKernelThatIsWrongIsFound() {
    Graph before = graph(BEFORE);
    GraphRunner wrong =
        (graph, inputs) ->
            KernelEvaluator.run(graph, inputs, SessionOptions.defaults().withThreads(1))
                .map(outputs -> outputs.stream().map(LocalVerificationTest::nudged).toList());
    Map<String, DoubleTensor> inputs = Locally.inputs(before, 1);
    try (LocalVerification local =
        new LocalVerification(
            before,
            List.of(),
            before,
            wrong,
            _ -> new Finding.NotCovered("nobody asked"),
            1,
            1,
            Optional.empty())) {
      local.start(inputs);
      Interpreter.run(before, inputs, local);
      List<LayerFinding> layers = local.finish().layers();
      assertThat(layers).hasSize(2).allMatch(layer -> layer.verdict() == Verdict.WRONG);
    }
  }

  /// One element off by a hundred units in the last place of the largest.
  private static Tensor nudged(Tensor tensor) {
    DoubleTensor moved = DoubleTensor.of(tensor);
    double largest = Arrays.stream(moved.data()).map(Math::abs).max().orElseThrow();
    moved.data()[0] += 100 * Math.ulp((float) largest);
    return moved.toTensor();
  }

  static List<Path> nets() throws IOException {
    Path samples = Path.of("../samples/models");
    List<Path> nets = new ArrayList<>();
    for (String small : List.of("edges", "fashion", "dcgan_generator")) {
      nets.add(samples.resolve(small + ".crease"));
    }
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/conformance"))) {
      files.filter(file -> file.toString().matches(".*\\.(onnx|crease)")).forEach(nets::add);
    }
    assertThat(nets).hasSizeGreaterThan(5);
    return nets;
  }

  @Tag("nets")
  @ParameterizedTest
  @MethodSource("nets")
  void aRightNetIsNeverWrong(Path file) {
    Compilation compilation =
        Compiler.compilation(file, Options.defaults().withInitializersConstant(true));
    LocalReport report = Locally.verify(compilation, 5);
    assertThat(report.agrees()).as("%s", report).isTrue();
    assertThat(report.layers()).isNotEmpty();
  }
}
