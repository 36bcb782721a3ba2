package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Values that no run of the original graph computes, but that a later rewrite or a layer reads.
class MadeValuesTest {
  private static final String PICTURE = "f32[1, 1, 12, 12]";
  private static final Graph ORIGINAL = graph("x", "y = Relu(x) * 2 + x");
  private static final Graph CHANGED = graph("x", "t = Relu(x * 2)\ny = t + x");
  private static final Rewrite FIRST = rewrite(1, ORIGINAL, CHANGED);

  private static Graph graph(String inputs, String lines) {
    String typed = inputs.replaceAll("(\\w+)", "$1: " + PICTURE);
    String text = "model m(%s) -> (y: %s) {\n%s\n}\n";
    return TextReader.read(text.formatted(typed, PICTURE, lines), "test").graph();
  }

  private static Rewrite rewrite(int number, Graph before, Graph after) {
    Replacement replacement = new Replacement(before, after, after.inputs());
    return new Rewrite(
        number, number, "rule", "node", List.of(), List.of(), "changed", replacement);
  }

  /// It reads pictures of one size, so the made one must be whole.
  private static Verdict ofSecond(String after) {
    String flat = "y = Reshape(Reshape(t + x, [144]), [1, 1, 12, 12])";
    Rewrite second = rewrite(2, graph("t, x", flat), graph("t, x", after));
    List<RewriteFinding> findings =
        Locally.verify(ORIGINAL, List.of(FIRST, second), ORIGINAL, 1).rewrites();
    assertThat(findings.getFirst().verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    return findings.getLast().verdict();
  }

  @Test
  void aRewriteReadsWhatAnotherOneMade() {
    assertThat(ofSecond("y = t + x")).isLessThan(Verdict.NOT_REACHED);
    assertThat(ofSecond("y = t + x * 2")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void aLayerReadsWhatARewriteMade() {
    LocalReport report = Locally.verify(ORIGINAL, List.of(FIRST), CHANGED, 1);
    assertThat(report.agrees()).as("%s", report).isTrue();
    assertThat(report.layers()).hasSize(CHANGED.nodes().size());
  }
}
