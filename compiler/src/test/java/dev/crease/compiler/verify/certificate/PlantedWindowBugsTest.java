package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Margins that were to become padding, and linear operators that were to become one, wrongly.
class PlantedWindowBugsTest {
  private static final String SETTING =
      """
      model m(x: f32[N, 2, H, W]) -> (y: f32[%s]) {
        w: f32[1, 2, 1, 3] = [[[[1, 2, 3]], [[4, 5, 6]]]]
        a: f32[2, 2, 1, 3] = [[[[1, 2, 3]], [[4, 5, 6]]], [[[7, 8, 9]], [[1, 3, 5]]]]
        b: f32[2] = [1, 2]
        c: f32[1, 2, 1, 1] = [[[[2]], [[3]]]]
        ca: f32[1, 2, 1, 3] = [[[[23, 28, 33]], [[11, 19, 27]]]]
        cb: f32[1] = [8]
        d: f32[2, 1, 1, 1] = [[[[2]]], [[[3]]]]
        g: f32[2, 1, 1, 3] = [[[[1, 2, 3]]], [[[4, 5, 6]]]]
        dg: f32[2, 1, 1, 3] = [[[[2, 4, 6]]], [[[12, 15, 18]]]]
        s: f32[2, 1, 1] = [[[2]], [[3]]]
        least: f32[] = -inf
      """;

  private static Finding judge(String shape, String before, String after) {
    Graph source = graph(shape, before);
    Graph target = graph(shape, after);
    return Certificate.of(new Replacement(source, target, target.inputs()));
  }

  private static Graph graph(String shape, String body) {
    return TextReader.read(SETTING.formatted(shape) + "y = " + body + "\n}\n", "m").graph();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), w) | Conv(x, w, pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 0]), w, pads = [0, 0, 0, 1]) | Conv(x, w, pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], 5), w) | crease.FusedConv(x, w, _, _, [5, 5], pads = [0, 1, 0, 1])
          Conv(Pad(x * s, [0, 0, 0, 1, 0, 0, 0, 1]), w) | Conv(x * s, w, pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, ca, cb, pads = [0, 1, 0, 1])
          """)
  void whatBecameOneConvolutionIsProved(String before, String after) {
    assertThat(judge("N, 1, H, W", before, after)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), w) | Conv(x, w, pads = [0, 2, 0, 0])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), w) | crease.FusedConv(x, w, _, _, [1, 1], pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], 5), w) | Conv(x, w, pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], 5), w) | crease.FusedConv(x, w, _, _, [5, 4], pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], 5), w) | crease.FusedConv(x, w, _, _, [-5, -5], pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], mode = "edge"), w) | Conv(x, w, pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 1, 1, 0, 0, -1, 1]), w) | Conv(x, w, pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, w, cb, pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, ca, pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, ca, [3], pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, ca, cb, pads = [0, 0, 0, 2])
          Conv(Conv(x, a, b), c, pads = [0, 1, 0, 1]) | Conv(x, ca, cb, pads = [0, 1, 0, 1])
          """)
  void whatBecameAnotherConvolutionIsNotProved(String before, String after) {
    assertThat(judge("N, 1, H, W", before, after)).isNotInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], 5), w) | crease.FusedConv(x, w, _, _, [5, 4], pads = [0, 1, 0, 1])
          Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), w) | crease.FusedConv(x, w, _, _, [1, 1], pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, w, cb, pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, ca, [3], pads = [0, 1, 0, 1])
          Conv(Conv(x, a, b, pads = [0, 1, 0, 1]), c) | Conv(x, ca, cb, pads = [0, 0, 0, 2])
          """)
  void aWrongCoefficientIsRefuted(String before, String after) {
    assertThat(judge("N, 1, H, W", before, after)).isInstanceOf(Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource({"dg, 2, true", "g, 2, false"})
  void groupsAreComposedGroupByGroup(String weights, int group, boolean right) {
    Finding finding =
        judge(
            "N, 2, H, W - 2",
            "Conv(Conv(x, g, group = 2), d, group = 2)",
            "Conv(x, %s, group = %d)".formatted(weights, group));
    assertThat(finding).isInstanceOf(right ? Finding.Proved.class : Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          false | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          false | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 2, 0, 0])
          true  | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), kernel_shape = [1, 3]) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1)
          false | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), kernel_shape = [1, 3]) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          false | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], 1), kernel_shape = [1, 3]) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1)
          false | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 0]), kernel_shape = [1, 3], pads = [0, 0, 0, 1]) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1)
          """)
  void marginsOfPoolsAreJudged(boolean right, String before, String after) {
    Finding finding = judge("N, 2, H, W", before, after);
    assertThat(finding instanceof Finding.Proved).as("%s", finding).isEqualTo(right);
  }

  @ParameterizedTest
  @CsvSource({"2, true", "3, false"})
  void productsAreComposed(int factor, boolean right) {
    String text =
        """
        model m(x: f32[N, 2]) -> (y: f32[N, 1]) {
          a: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
          c: f32[3, 1] = [[1], [1], [%d]]
          ca: f32[2, 1] = [[9], [21]]
          y = %s
        }
        """;
    Graph before = TextReader.read(text.formatted(factor, "MatMul(MatMul(x, a), c)"), "m").graph();
    Graph after = TextReader.read(text.formatted(factor, "MatMul(x, ca)"), "m").graph();
    assertThat(Certificate.of(new Replacement(before, after, after.inputs())))
        .isInstanceOf(right ? Finding.Proved.class : Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource({"right, true", "same, false", "alternating, false"})
  void channelsThatAreSplitAreJudged(String weights, boolean right) {
    String text =
        """
        model m(x: f32[N, 1, W]) -> (y: f32[N, 2, 2, W]) {
          f: f32[2, 1, 1] = [[[1]], [[3]]]
          w: f32[4, 1, 1] = [[[1]], [[2]], [[1]], [[2]]]
          right: f32[4, 1, 1] = [[[1]], [[2]], [[3]], [[6]]]
          same: f32[4, 1, 1] = [[[1]], [[2]], [[1]], [[2]]]
          alternating: f32[4, 1, 1] = [[[1]], [[6]], [[1]], [[6]]]
          y = Reshape(Conv(x, %s), [0, 2, 2, -1])%s
        }
        """;
    Graph before = TextReader.read(text.formatted("w", " * f"), "m").graph();
    Graph after = TextReader.read(text.formatted(weights, ""), "m").graph();
    assertThat(Certificate.of(new Replacement(before, after, after.inputs())))
        .isInstanceOf(right ? Finding.Proved.class : Finding.Refuted.class);
  }
}
