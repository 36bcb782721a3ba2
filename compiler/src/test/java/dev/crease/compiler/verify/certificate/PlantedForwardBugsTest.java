package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
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
        zeros: f32[2] = [0, 0]
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
  void aWrongPaddingIsNotProved(String weights, String bias, String padding) {
    assertThat(padded("v", "b", "right")).isInstanceOf(Finding.Proved.class);
    assertThat(padded(weights, bias, padding)).isNotInstanceOf(Finding.Proved.class);
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
  void aWrongClampIsNotProved(String lower, String upper, String weights, String bias) {
    assertThat(clamped("lo", "hi", "v", "b")).isInstanceOf(Finding.Proved.class);
    assertThat(clamped(lower, upper, weights, bias)).isNotInstanceOf(Finding.Proved.class);
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
