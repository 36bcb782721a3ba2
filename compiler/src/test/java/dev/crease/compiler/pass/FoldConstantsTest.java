package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.plan.KernelEvaluator;
import org.junit.jupiter.api.Test;

/// What golden files cannot show: nodes that fail when they are computed, and evaluators that know
/// less.
class FoldConstantsTest {
  private static final String OUT_OF_RANGE =
      """
      model m(x: f32[2]) -> (y: f32[2]) {
        k: f32[2] = [1, 2]
        y = x + Gather(k, 9)
      }
      """;

  private static final String SUM =
      """
      model m(x: f32[2]) -> (y: f32[2]) {
        k: f32[2] = [1, 2]
        y = x + (k + 1)
      }
      """;

  private static final String DIVISION_BY_ZERO =
      """
      model m(x: i64[2]) -> (y: i64[2]) {
        k: i64[2] = [1, 0]
        y = x + 6 / k
      }
      """;

  private static PassReport run(String text, NodeEvaluator evaluator) {
    Graph graph = TextReader.read(text, "test").graph();
    return new PassRunner(
            Pipeline.inference(evaluator, FoldOptions.defaults()), PassOptions.defaults())
        .run(graph);
  }

  @Test
  void aNodeThatFailsIsLeftToFailAtRunTime() {
    PassReport report = run(OUT_OF_RANGE, KernelEvaluator::evaluate);
    assertThat(report.graph().nodes()).hasSize(2);
    assertThat(report.declines())
        .singleElement()
        .asString()
        .contains("Gather `gather` is left: it fails with these operands", "index 9");
  }

  @Test
  void divisionByZeroIsLeftToFailAtRunTime() {
    PassReport report = run(DIVISION_BY_ZERO, KernelEvaluator::evaluate);
    assertThat(report.graph().nodes()).hasSize(2);
    assertThat(report.declines())
        .singleElement()
        .asString()
        .contains("Div `div` is left: it fails with these operands", "divided by zero");
  }

  @Test
  void whatCannotBeComputedYetIsLeft() {
    PassReport report = run(SUM, NodeEvaluator.NONE);
    assertThat(report.graph().nodes()).hasSize(2);
    assertThat(report.declines())
        .singleElement()
        .asString()
        .isEqualTo("fold-constants: Add `add` is left: the runtime cannot compute it yet");
  }

  @Test
  void aTensorBeyondAllMemoryIsLeft() {
    String text =
        """
        model m(x: f32[1]) -> (y: f32[100000, 100000, 100000, 100000]) {
          y = x + ConstantOfShape([100000, 100000, 100000, 100000])
        }
        """;
    assertThat(run(text, KernelEvaluator::evaluate).declines())
        .singleElement()
        .asString()
        .contains("more elements than a tensor may have");
  }

  @Test
  void largeIntegersStayExact() {
    String text =
        """
        model m(x: i64[2]) -> (y: i64[2]) {
          y = x + ConstantOfShape([2], value = tensor i64[1]([9007199254740993]))
        }
        """;
    Graph graph = run(text, KernelEvaluator::evaluate).graph();
    assertThat(graph.constants().values().iterator().next().longs())
        .containsExactly(9007199254740993L, 9007199254740993L);
  }
}
