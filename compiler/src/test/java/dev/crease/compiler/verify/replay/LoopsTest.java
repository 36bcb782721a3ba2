package dev.crease.compiler.verify.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.Locally;
import dev.crease.compiler.verify.RewriteFinding;
import dev.crease.compiler.verify.Verdict;
import dev.crease.compiler.verify.certificate.Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Logs of models whose subgraphs have inputs.
class LoopsTest {
  private static final String LOOP =
      """
      model M(x: f32[1, 2, 4, 4], n: i64[], p: bool[]) -> (z: f32[1, 2, 4, 4]) {
        w: f32[2, 2, 1, 1] = [[[[0.1]], [[0.2]]], [[[0.3]], [[0.4]]]]
        z = Loop(n, _, x, body = graph body(i: i64[], c: bool[], h: f32[1, 2, 4, 4])
            -> (c2: bool[], h2: f32[1, 2, 4, 4]) {
          c2 = Identity(c)
          %s
        })
      }
      """;

  private static final String FOLDED =
      """
      a = Conv(h, w)
      h2 = BatchNormalization(a, [0.4, 0.3], [0.1, 0.2], [1, 2], [3, 8])
      """;

  private static final String BRANCH =
      """
      h2 = If(p, then_branch = graph t() -> (r: f32[1, 2, 4, 4]) {
        a = Conv(h, w)
        r = BatchNormalization(a, [0.4, 0.3], [0.1, 0.2], [1, 2], [3, 8])
      }, else_branch = graph e() -> (q: f32[1, 2, 4, 4]) { q = Tanh(h) })
      """;

  private static final String NESTED =
      """
      h2 = Loop(n, _, h, body = graph inner(j: i64[], d: bool[], g: f32[1, 2, 4, 4])
          -> (d2: bool[], g2: f32[1, 2, 4, 4]) {
        d2 = Identity(d)
        a = Conv(g, w)
        g2 = BatchNormalization(a, [0.4, 0.3], [0.1, 0.2], [1, 2], [3, 8]) + h
      })
      """;

  private static final String SCAN =
      """
      model M(x: f32[5, 4]) -> (z: f32[4], y: f32[5, 4]) {
        i: f32[4] = zeros
        z, y = Scan(i, x, num_scan_inputs = 1,
            body = graph b(h: f32[4], a: f32[4]) -> (h2: f32[4], o: f32[4]) {
          h2 = h + a
          o = Tanh(h2)
        })
      }
      """;

  private static Graph graph(String text) {
    return TextReader.read(text, "t").graph();
  }

  private static LocalReport verify(String text) {
    Compilation compilation = Compiler.compilation(Model.of(graph(text)), Options.defaults());
    return Locally.verify(
        compilation.original().graph(),
        compilation.report().rewrites(),
        compilation.optimized().graph(),
        1,
        Certificate::of);
  }

  @Test
  void loopsWithoutRewritesReplay() {
    for (String text : List.of(SCAN, LOOP.formatted("h2 = Tanh(h)"))) {
      LocalReport report = verify(text);
      assertThat(report.log()).as(text).isEmpty();
      assertThat(report.agrees()).as(text).isTrue();
    }
  }

  @Test
  void whatIsFoldedInALoopIsProvedAndReplays() {
    for (String body : List.of(FOLDED, BRANCH, NESTED)) {
      LocalReport report = verify(LOOP.formatted(body));
      assertThat(report.log()).as(body).isEmpty();
      assertThat(report.rewrites())
          .as(body)
          .extracting(RewriteFinding::verdict)
          .contains(Verdict.PROVED)
          .isSubsetOf(Verdict.PROVED, Verdict.BIT_IDENTICAL);
    }
  }

  @Test
  void bodiesThatComputeSomethingElseAreFound() {
    Graph loop = graph(LOOP.formatted("h2 = Tanh(h)"));
    assertThat(Replay.findings(loop, List.of(), graph(LOOP.formatted("h2 = Tanh(h)")))).isEmpty();
    for (String other : List.of("h2 = Sigmoid(h)", "h2 = Tanh(x)", "h2 = Tanh(Tanh(h))")) {
      assertThat(Replay.findings(loop, List.of(), graph(LOOP.formatted(other))))
          .as(other)
          .singleElement()
          .asString()
          .contains(" reads ", ", but replaying the log gives ");
    }
    assertThat(Replay.findings(loop, List.of(), graph(LOOP.formatted("h2 = Identity(h)"))))
        .singleElement()
        .asString()
        .contains("the input `h` of a subgraph");
  }

  /// The same names and the same expressions, but each name means the other operand.
  @Test
  void inputsOfABodyThatChangePlacesAreFound() {
    Graph scan = graph(SCAN.replace("h + a", "h - a"));
    Graph swapped =
        graph(
            SCAN.replace("h + a", "h - a").replace("h: f32[4], a: f32[4]", "a: f32[4], h: f32[4]"));
    assertThat(Replay.findings(scan, List.of(), swapped)).hasSize(1);
  }
}
