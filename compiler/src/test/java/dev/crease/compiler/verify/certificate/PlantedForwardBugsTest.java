package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scales and shifts that were to go into the convolution behind them, and did so wrongly.
class PlantedForwardBugsTest {
  /// `b = 2 x + 8` and `-1 x + 8`: 0 at -4 and 8.
  private static final String SETTING =
      """
      model m(x: f32[N, 2, H, W]) -> (y: f32[%s]) {
        w: f32[1, 2, 1, 3] = [[[[1, 2, 3]], [[4, 5, 6]]]]
        v: f32[1, 2, 1, 3] = [[[[2, 4, 6]], [[-4, -5, -6]]]]
        unsigned: f32[1, 2, 1, 3] = [[[[2, 4, 6]], [[4, 5, 6]]]]
        s: f32[2, 1, 1] = [[[2]], [[-1]]]
        t: f32[2, 1, 1] = [[[8]], [[8]]]
        four: f32[4, 1, 1] = [[[1]], [[1]], [[-1]], [[2]]]
        b: f32[1] = [168]
        off: f32[1] = [160]
        right: f32[2] = [-4, 8]
        sign: f32[2] = [4, -8]
        swapped: f32[2] = [8, -4]
        other: f32[2] = [-4, 7]
        zeros: f32[2] = [0, 0]
        u: f32[1, 2, 1, 3] = [[[[1, 2, 3]], [[0, 5, 0]]]]
        u2: f32[1, 2, 1, 3] = [[[[2, 4, 6]], [[0, -5, 0]]]]
        b2: f32[1] = [88]
        dead: f32[2, 1, 1] = [[[2]], [[0]]]
        wd: f32[1, 2, 1, 3] = [[[[2, 4, 6]], [[4, 5, 6]]]]
        w0: f32[1, 2, 1, 3] = [[[[2, 4, 6]], [[0, 0, 0]]]]
        bd: f32[1] = [48]
        all: f32[1] = [168]
        inside: f32[2] = [-4, 0]
        eight: f32[2] = [-4, 8]
        near: f32[2] = [-4, 8.000001]
        lo: f32[2] = [-4, -inf]
        hi: f32[2] = [inf, 8]
        both: f32[2] = [-4, 8]
        open: f32[2] = [inf, inf]
        none: f32[2] = [-inf, -inf]
        lo0: f32[2] = [4, -inf]
        lo1: f32[2] = [-4.000001, -inf]
        lo6: f32[2] = [-3, 5]
        hi6: f32[2] = [-1, 7]
      """;

  private static Graph graph(String shape, String body) {
    String text = SETTING.formatted(shape) + "y = " + body + "\n}\n";
    return TextReader.read(text, "m").graph();
  }

  private static Finding judge(String shape, String before, String after) {
    Graph target = graph(shape, after);
    return Certificate.of(new Replacement(graph(shape, before), target, target.inputs()));
  }

  private static Finding padded(String weights, String bias, String padding) {
    return judge(
        "N, 1, H, W",
        "Conv(x * s + t, w, pads = [0, 1, 0, 1])",
        "crease.FusedConv(x, %s, %s, _, %s, pads = [0, 1, 0, 1])"
            .formatted(weights, bias, padding));
  }

  @ParameterizedTest
  @CsvSource({
    "v, b, sign",
    "v, b, swapped",
    "v, b, zeros",
    "v, b, near",
    "v, b, _",
    "v, off, right",
    "v, _, right",
    "w, b, right",
    "unsigned, b, right"
  })
  void aWrongPaddingIsRefuted(String weights, String bias, String padding) {
    assertThat(padded("v", "b", "right")).isInstanceOf(Finding.Proved.class);
    assertThat(padded(weights, bias, padding)).isInstanceOf(Finding.Refuted.class);
  }

  /// What no tap reads in the padding may be anything there, but is not proved to be.
  @Test
  void aPaddingThatNothingReadsIsNotRefuted() {
    String before = "Conv(x * s + t, u, pads = [0, 1, 0, 1])";
    String after = "crease.FusedConv(x, u2, b2, _, %s, pads = [0, 1, 0, 1])";
    assertThat(judge("N, 1, H, W", before, after.formatted("right")))
        .isInstanceOf(Finding.Proved.class);
    assertThat(judge("N, 1, H, W", before, after.formatted("other")))
        .isNotInstanceOf(Finding.Refuted.class);
  }

  private static Finding clamped(String lower, String upper, String weights, String bias) {
    return judge(
        "N, 1, H, W - 2",
        "Conv(Relu(x * s + t), w)",
        "Conv(crease.ChannelClamp(x, %s, %s), %s, %s)".formatted(lower, upper, weights, bias));
  }

  @ParameterizedTest
  @CsvSource({
    "lo, open, v, b", "none, hi, v, b", "none, open, v, b", "lo0, hi, v, b", "lo1, hi, v, b",
    "both, hi, v, b", "lo, both, v, b", "lo, hi, w, b", "lo, hi, unsigned, b", "lo, hi, v, off",
    "lo, hi, v, _", "hi, lo, v, b"
  })
  void aWrongClampIsRefuted(String lower, String upper, String weights, String bias) {
    assertThat(clamped("lo", "hi", "v", "b")).isInstanceOf(Finding.Proved.class);
    assertThat(clamped(lower, upper, weights, bias)).isInstanceOf(Finding.Refuted.class);
  }

  /// `x * dead + t` is 8 in the second channel, and 0 around it.
  private static Finding held(String function, String clamp, String rest) {
    return judge(
        "N, 1, H, W",
        "Conv(%s(x * dead + t), w, pads = [0, 1, 0, 1])".formatted(function),
        "crease.FusedConv(%s, %s, pads = [0, 1, 0, 1])".formatted(clamp, rest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x                                          | wd, bd, _, inside
          crease.ChannelClamp(x, [-inf, 9], [inf, 9]) | wd, bd, _, inside
          crease.ChannelClamp(x, [-inf, 8.000001], [inf, 8.000001]) | wd, bd, _, inside
          crease.ChannelClamp(x, [-1, 8], [inf, 8])  | wd, bd, _, inside
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | wd, bd, _, eight
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | wd, bd, _, zeros
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | wd, bd
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | wd, all, _, inside
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | wd, _, _, inside
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | w, bd, _, inside
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | w0, bd, _, inside
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | w0, all, _, inside
          x                                          | w0, all, _, inside
          """)
  void aWronglyHeldChannelIsRefuted(String clamp, String rest) {
    String right = "crease.ChannelClamp(x, [-inf, 8], [inf, 8])";
    assertThat(held("Identity", right, "wd, bd, _, inside")).isInstanceOf(Finding.Proved.class);
    assertThat(held("Identity", clamp, rest)).isInstanceOf(Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          crease.ChannelClamp(x, [-4, 7], [inf, 7])  | wd, bd, _, inside
          crease.ChannelClamp(x, [-4, 0], [inf, 0])  | wd, bd, _, inside
          crease.ChannelClamp(x, [-inf, 8], [inf, 8]) | wd, bd, _, inside
          crease.ChannelClamp(x, [-4, -inf], [inf, inf]) | wd, bd, _, inside
          crease.ChannelClamp(x, [-4, 8], [inf, 8])  | wd, bd, _, eight
          crease.ChannelClamp(x, [-4, 8], [inf, 8])  | w0, all, _, inside
          """)
  void aWronglyHeldChannelBehindAReluIsRefuted(String clamp, String rest) {
    String right = "crease.ChannelClamp(x, [-4, 8], [inf, 8])";
    assertThat(held("Relu", right, "wd, bd, _, inside")).isInstanceOf(Finding.Proved.class);
    assertThat(held("Relu", clamp, rest)).isInstanceOf(Finding.Refuted.class);
  }

  /// A tap that reads no padding makes a constant of a constant channel.
  @ParameterizedTest
  @CsvSource({"40, true", "41, false"})
  void whatNoPaddingIsReadForIsAConstant(int bias, boolean right) {
    String center = "Conv(x * dead + t, [[[[0, 0, 0]], [[0, 5, 0]]]], pads = [0, 1, 0, 1])";
    Finding finding =
        judge("N, 1, H, W", center, "Conv(x, [[[[0]], [[0]]]], [%d])".formatted(bias));
    assertThat(finding).isInstanceOf(right ? Finding.Proved.class : Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource({"[1; 2], true", "[2; 1], false", "[1; 3], false"})
  void scalesOfSeveralMatricesAreJudged(String factors, boolean right) {
    String text =
        """
        model m(x: f32[2, 3, W]) -> (y: f32[2, 2, W]) {
          v: f32[2, 2, 3] = [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [1, 3, 5]]]
          d: f32[2, 2, 3] = [[[1, 2, 3], [8, 10, 12]], [[7, 8, 9], [2, 6, 10]]]
          f: f32[2, 1] = %s
          t: f32[2, 1] = [[3], [4]]
          y = %s
        }
        """;
    String column = factors.replace("[", "[[").replace("]", "]]").replace("; ", "], [");
    Graph before = TextReader.read(text.formatted(column, "MatMul(v, x) * f + t"), "m").graph();
    Graph after = TextReader.read(text.formatted(column, "MatMul(d, x) + t"), "m").graph();
    assertThat(Certificate.of(new Replacement(before, after, after.inputs())))
        .isInstanceOf(right ? Finding.Proved.class : Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 2, H, W | Clip(x * s + t, 1, 6) | Clip(x, 1, 6) * s + t
          N, 2, H, W | Clip(x * s + t, 1, 6) | crease.ChannelClamp(x, lo6, hi6) * s + t
          N, 2, W, H | Transpose(x * s, perm = [0, 1, 3, 2]) | Transpose(x, perm = [0, 1, 3, 2]) * t
          N, 2, H * W, 1 | Reshape(x * s, [0, 2, -1, 1]) | Reshape(x, [0, 2, -1, 1]) * t
          N, 2, H, W | Gather(x * s, [1, 0], axis = 1) | Gather(x, [1, 0], axis = 1) * s
          2 * N, 2, H, W | Concat(x * s, x, axis = 0) | Concat(x, x, axis = 0) * s
          N, 4, H, W | Concat(x, x * s, axis = 1) | Concat(x, x, axis = 1) * four
          N, 2, H, W - 2 | MaxPool(x * s, kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3]) * s
          N, 2, H, W - 2 | AveragePool(x + t, kernel_shape = [1, 3]) | AveragePool(x, kernel_shape = [1, 3])
          N, 2, 1, 1 | GlobalAveragePool(x * s) | GlobalAveragePool(x) * t
          N, 2, H + 2, W + 2 | Pad(x + t, [0, 0, 1, 1, 0, 0, 1, 1]) | Pad(x, [0, 0, 1, 1, 0, 0, 1, 1]) + t
          """)
  void whatDoesNotPassIsNotProved(String shape, String before, String after) {
    assertThat(judge(shape, before, before)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(shape, before, after)).isNotInstanceOf(Finding.Proved.class);
  }
}
