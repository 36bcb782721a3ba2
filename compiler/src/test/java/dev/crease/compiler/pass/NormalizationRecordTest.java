package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every BatchNormalization ends with exactly one record, whatever became of it.
class NormalizationRecordTest {
  private static PassReport run(String body, String outputs, PassOptions options) {
    String text =
        "model m(x: f32[N, 2, H, W], t: bool[]) -> ("
            + outputs
            + ": f32[N, 2, H, W]) {\n"
            + body
            + "\n}";
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
  void madeOfArithmeticThatNothingTakes() {
    assertThat(
            records(
                """
                s: f32[2, 1, 1] = [[[1]], [[2]]]
                y = relu(relu(x) * s + s)
                """))
        .singleElement()
        .asString()
        .startsWith("BatchNormalization `add` is left: it was made of other scales and shifts; ");
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

  /// One sweep merges the product with the normalization, and the sum with the product: the first
  /// is read around.
  @Test
  void scaledAndShiftedBehind() {
    String body =
        WEIGHTS
            + """
            s: f32[2] = [1, 2]
            c: f32[2, 1, 1] = [[[3]], [[4]]]
            n = BatchNormalization(MaxPool(x, kernel_shape = [1, 1]), s, s, s, s)
            y = Conv(relu(n * c + c), w)
            """;
    assertThat(records(body))
        .singleElement()
        .asString()
        .startsWith("BatchNormalization `n` is gone: Conv `y` takes in BatchNormalization `add`, ");
    assertThat(
            run(body, "y", PassOptions.defaults().without(Set.of("fold-forward"))).normalizations())
        .singleElement()
        .asString()
        .startsWith("BatchNormalization `n` is left: ")
        .doesNotContain("made of other");
  }

  @Test
  void insideBranches() {
    String body =
        WEIGHTS
            + """
            s: f32[2] = [1, 2]
            yes: bool[] = true
            c = Conv(x, w)
            z = If(yes,
              then_branch = graph p() -> (r: f32[N, 2, H, W]) {
                r = BatchNormalization(Conv(x, v), s, s, s, s)
              },
              else_branch = graph q() -> (u: f32[N, 2, H, W]) {
                u = BatchNormalization(c, s, s, s, s)
              })
            y = If(t,
              then_branch = graph a() -> (d: f32[N, 2, H, W]) {
                d = BatchNormalization(Conv(z, v), s, s, s, s)
              },
              else_branch = graph b() -> (e: f32[N, 2, H, W]) {
                e = BatchNormalization(c, s, s, s, s)
              })
            """;
    assertThat(records(body))
        .containsExactly(
            "BatchNormalization `r` is folded into Conv `conv`, bias created"
                + " (fold-batch-norm, rewrite 2)",
            "BatchNormalization `u` is removed: no output depends on it",
            "BatchNormalization `d` is folded into Conv `conv.1`, bias created"
                + " (fold-batch-norm, rewrite 3)",
            "BatchNormalization `e` is left: its input `c` comes from the graph around;"
                + " `e` is an output of the branch");
    PassOptions second = PassOptions.defaults().withoutRewrites(Set.of(2));
    assertThat(run(body, "y", second).rewrites()).extracting(Rewrite::number).containsExactly(1, 3);
    assertThat(run(body, "y", PassOptions.defaults().withoutRewrites(Set.of(3))).rewrites())
        .extracting(Rewrite::number)
        .containsExactly(1, 2);
    assertThat(run(body, "y", PassOptions.defaults().stoppingAfter(2)).rewrites()).hasSize(2);
  }

  @Test
  void renamedAndLeft() {
    assertThat(records("b = batch_norm(x)\ny = Identity(b)"))
        .containsExactly(
            "BatchNormalization `b` is left: its input `x` is an input of the graph;"
                + " `y` is an output of the graph");
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
        .contains("disabled: fold-batch-norm");
    assertThat(run(body, "y", options.withoutRewrites(Set.of(1))).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("disabled: rewrite 1");
    assertThat(run(body, "y", options.stoppingAfter(0)).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("no rewrite was asked for");
  }
}
