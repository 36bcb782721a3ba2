package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scales and shifts that move through Pads which do more than add around pictures.
class FoldsThroughPadsTest {
  private static final String PARAMETERS =
      """
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[4]], [[-5]]]]
        m: f32[2, 2] = [[1, 2], [4, -5]]
        gamma: f32[2] = [0.3, -0.7]
        beta: f32[2] = [8, 0.1]
        mean: f32[2] = [0.1, 0.2]
        v: f32[2] = [3, 0.5]
      """;

  private static List<Rewrite> rewrites(String head, String formula) {
    Graph graph = TextReader.read(head + PARAMETERS + formula + "\n}\n", "m").graph();
    return new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph).rewrites();
  }

  private static void areProved(List<Rewrite> rewrites) {
    assertThat(rewrites).extracting(Rewrite::pass).contains("fold-batch-norm");
    for (Rewrite rewrite : rewrites) {
      assertThat(Certificate.of(rewrite.replacement()))
          .as("%s", rewrite)
          .isInstanceOf(Finding.Proved.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4, 2, 8, 9 | [0, 0, 0, -1, 0, 0, 0, 2]  | 3
          4, 2, 7, 7 | [0, 0, -1, -1, 0, 0, 0, 0] | 3
          7, 2, 8, 8 | [1, 0, 0, 0, 2, 0, 0, 0]   | 3
          3, 2, 9, 9 | [-1, 0, 2, 0, 0, 0, -1, 1] | -2.5
          """)
  void cropsAndMarginsOfTheBatch(String shape, String pads, String value) {
    areProved(
        rewrites(
            "model m(x: f32[4, 2, 8, 8]) -> (y: f32[%s]) {\n".formatted(shape),
            "y = BatchNormalization(Pad(Conv(x, w), %s, %s), gamma, beta, mean, v)"
                .formatted(pads, value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5 | [1, 0, 0, 0]
          3 | [1, 0, -2, 0]
          6 | [0, 0, 2, 0]
          """)
  void rowsOfAMatrix(int rows, String pads) {
    areProved(
        rewrites(
            "model m(x: f32[4, 2]) -> (y: f32[%d, 2]) {\n".formatted(rows),
            "y = BatchNormalization(Pad(Gemm(x, m), %s, 3), gamma, beta, mean, v)"
                .formatted(pads)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3, 2, H, W | Pad(x * s, [-1, 0, 0, 0, 0, 0, 0, 0], 3) * r | Pad(x * s, [0, 0, 0, 0, -1, 0, 0, 0], 3) * r
          4, 2, H, W | Pad(x * s, [0, 0, 0, -1, 0, 0, 0, 1], 3)     | crease.ChannelPad(x, c, pads = [0, 0, 0, -1, 0, 0, 0, 1])
          4, 2, H, W | Pad(x, [0, 0, 0, -1, 0, 0, 0, 1], 3) * s     | crease.ChannelPad(x * s, c, pads = [0, 0, 0, -1, 0, 0, 0, 1])
          4, 2, H, W | Pad(Pad(x, [0, 0, 0, -1, 0, 0, 0, 1]), [0, 0, 0, 1, 0, 0, 0, -1]) | x
          4, 2, H, W | Conv(Pad(x, [0, 0, 0, -1, 0, 0, 0, 1]), w, pads = [0, 1, 0, 0]) | Conv(x, w, pads = [0, 0, 0, 1])
          4, 3, H, W | Pad(x * s, [0, 1, 0, 0, 0, 0, 0, 0], 3) | Pad(x * s, [0, 0, 0, 0, 0, 1, 0, 0], 3)
          4, 2, H, W | Pad(x * s, [0, -1, 0, 0, 0, 1, 0, 0], 3) | Pad(x, [0, -1, 0, 0, 0, 1, 0, 0], 3) * s
          """)
  void otherNumbersOrPlacesAreNot(String shape, String before, String after) {
    String setting =
        """
        model m(x: f32[4, 2, H, W]) -> (y: f32[%s]) {
          w: f32[2, 2, 1, 2] = [[[[1, 2]], [[2, 3]]], [[[4, 5]], [[-5, 1]]]]
          s: f32[2, 1, 1] = [[[2]], [[-1]]]
          r: f32[2, 1, 1] = [[[3]], [[5]]]
          c: f32[2] = [3, -3]
        """
            .formatted(shape);
    assertThat(Judged.of(setting, before, before)).isInstanceOf(Finding.Proved.class);
    assertThat(Judged.of(setting, before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(Judged.of(setting, after, before)).isNotInstanceOf(Finding.Proved.class);
  }
}
