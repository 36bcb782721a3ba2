package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.Locally;
import dev.crease.compiler.verify.certificate.Certificate;
import dev.crease.compiler.verify.certificate.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoubleEvaluatorTest {
  private static final float VARIANCE = 0.3f;
  private static final float EPSILON = 1e-5f;
  private static final float GAMMA = 1.1f;

  private static final String NORMALIZED =
      """
      model m(x: f32[N, 1, H, W]) -> (y: f32[N, 1, H, W]) {
        w: f32[1, 1, 1, 1] = [[[[3]]]]
        gamma: f32[1, 1, 1] = [[[1.1]]]
        variance: f32[1] = [0.3]
        epsilon: f32[] = 1e-5
        half: f32[] = 0.5
        v = variance + epsilon
        c = Conv(x, w)
        y = c * %s
      }
      """;

  private static PassReport run(String text) {
    Graph graph = TextReader.read(text, "test").graph();
    return new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(gamma / Unsqueeze(Sqrt(v), [0, 1]))",
        "(gamma * Unsqueeze(Reciprocal(Sqrt(v)), [0, 1]))",
        "(gamma / Reshape(Pow(v, half), [1, 1, 1]))"
      })
  void aNormalizationWrittenAsArithmeticIsRoundedOnce(String scale) {
    PassReport report = run(NORMALIZED.formatted(scale));
    double exact = 3 * (double) GAMMA / Math.sqrt((double) VARIANCE + EPSILON);
    assertThat(report.graph().nodes()).singleElement().asString().contains("Conv");
    Constant weights = report.graph().constants().values().iterator().next();
    assertThat(weights.doubles()[0]).isCloseTo(exact, within(1e-15));
    for (Rewrite rewrite : report.rewrites()) {
      assertThat(Certificate.of(rewrite.replacement()))
          .as(rewrite.toString())
          .isInstanceOf(Finding.Proved.class);
    }
  }

  /// Ten times the float32 next to 0.7 is less than 7, and 7 in float32.
  @Test
  void aFunctionThatJumpsReadsWhatIsStored() {
    String text =
        """
        model m(x: f32[1]) -> (y: f32[1]) {
          a: f32[1] = [0.7]
          b: f32[1] = [10]
          y = x + Floor(a * b)
        }
        """;
    Constant sum = run(text).graph().constants().values().iterator().next();
    assertThat(sum.doubles()).containsExactly(7);
    assertThat(sum.isDerived()).isFalse();
  }

  @Test
  void whatWouldBeInfiniteIsComputedAsTheRuntimeDoes() {
    String text =
        """
        model m(x: f32[1]) -> (y: f32[1]) {
          a: f32[1] = [1e30]
          y = x + a * a
        }
        """;
    Constant square = run(text).graph().constants().values().iterator().next();
    assertThat(square.isDerived()).isFalse();
    assertThat(square.doubles()).containsExactly(Double.POSITIVE_INFINITY);
  }

  /// What a kernel computed is rounded; what follows starts from there.
  @ParameterizedTest
  @ValueSource(strings = {"MatMul(a, b) + c", "Softmax(a) * b", "Floor(a * b) + c", "Tanh(a) + c"})
  void noRewriteOfAConstantIsWrong(String constant) {
    String text =
        """
        model m(x: f32[2, 2]) -> (y: f32[2, 2]) {
          a: f32[2, 2] = [[0.7, 1.3], [2.9, -0.3]]
          b: f32[2, 2] = [[10.1, 0.7], [-3.3, 5.7]]
          c: f32[2] = [0.1, -7.3]
          y = x + (%s)
        }
        """
            .formatted(constant);
    check(text);
  }

  @Test
  void aLongFormulaIsRoundedWhereItIsCut() {
    StringBuilder text =
        new StringBuilder("model m(x: f32[1]) -> (y: f32[1]) {\n a0 = 0.1 + 0.2\n");
    for (int i = 0; i < 100; i++) {
      text.append("a%d = a%d * 1.1 + 0.3\n".formatted(i + 1, i));
    }
    check(text + "y = x + a100\n}\n");
  }

  private static void check(String text) {
    Graph original = TextReader.read(text, "test").graph();
    PassReport passes = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(original);
    LocalReport report = Locally.verify(original, passes.rewrites(), passes.graph(), 7);
    assertThat(report.agrees()).as("%s", report).isTrue();
  }

  @Test
  void weightsAreComputedInTheirOwnType() {
    String text =
        """
        model m(x: f32[70000]) -> (y: f32[70000]) {
          y = x + Expand(0.1, [70000]) * 3
        }
        """;
    assertThat(run(text).graph().constants().values()).noneMatch(Constant::isDerived);
  }
}
