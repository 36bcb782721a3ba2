package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every BatchNormalization ends with exactly one record, whatever became of it.
class NormalizationRecordTest {
  private static PassReport run(String body, String outputs, PassOptions options) {
    String text =
        "model m(x: f32[N, 2, H, W]) -> (" + outputs + ": f32[N, 2, H, W]) {\n" + body + "\n}";
    Graph graph = TextReader.read(text, "test").graph();
    PassReport report = new PassRunner(Pipeline.inference(), options).run(graph);
    Equivalence.assertSameMeaning(graph, report.graph());
    return report;
  }

  private static List<String> records(String body) {
    return run(body, "y", PassOptions.defaults()).normalizations().stream()
        .map(NormalizationRecord::toString)
        .toList();
  }

  private static final String WEIGHTS =
      "w: f32[2, 2, 1, 1] = he_normal(seed = 1)\nv: f32[2, 2, 1, 1] = he_normal(seed = 2)\n";

  @Test
  void unused() {
    assertThat(records(WEIGHTS + "b = batch_norm(Conv(x, w))\ny = relu(x)"))
        .containsExactly("BatchNormalization `b` is removed: no output depends on it");
  }

  @Test
  void mergedWithItsEqual() {
    assertThat(
            records(
                WEIGHTS
                    + """
                    s: f32[2] = [1, 2]
                    c = Conv(x, w)
                    a = BatchNormalization(c, s, s, s, s)
                    b = BatchNormalization(c, s, s, s, s)
                    y = a + relu(b)
                    """))
        .containsExactly(
            "BatchNormalization `a` is folded into Conv `c`, bias created"
                + " (fold-batch-norm, rewrite 2)",
            "BatchNormalization `b` is merged with BatchNormalization `a`"
                + " (merge-equal-nodes, rewrite 1)");
  }

  @Test
  void renamedAndLeft() {
    assertThat(records("b = batch_norm(x)\ny = Identity(b)"))
        .containsExactly("BatchNormalization `b` is left: its input `x` is an input of the graph");
  }

  @Test
  void renamedAndFolded() {
    assertThat(records(WEIGHTS + "b = batch_norm(Conv(x, w))\ny = Identity(b)"))
        .singleElement()
        .asString()
        .contains("`b` is folded into Conv");
  }

  @Test
  void foldedAndThenFused() {
    assertThat(records(WEIGHTS + "y = relu(batch_norm(Conv(x, w)) + x)"))
        .singleElement()
        .asString()
        .contains("is folded into Conv");
  }

  @Test
  void declinedOnceAndFoldedLater() {
    PassReport report =
        run(WEIGHTS + "y = batch_norm(batch_norm(Conv(x, w)))", "y", PassOptions.defaults());
    assertThat(report.normalizations()).hasSize(2).allMatch(NormalizationRecord::isGone);
    assertThat(report.declines()).isEmpty();
  }

  @Test
  void notTried() {
    String body = WEIGHTS + "y = batch_norm(Conv(x, w))";
    PassOptions options = PassOptions.defaults();
    assertThat(run(body, "y", options.without(Set.of("fold-batch-norm"))).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("fold-batch-norm", "disabled");
    assertThat(run(body, "y", options.withoutRewrites(Set.of(1))).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("[1]", "disabled");
    assertThat(run(body, "y", options.stoppingAfter(0)).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("stopped after rewrite 0");
  }
}
