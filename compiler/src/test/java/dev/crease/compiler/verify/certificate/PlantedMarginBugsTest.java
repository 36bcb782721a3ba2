package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Constants around a picture that a window may not take for its padding.
class PlantedMarginBugsTest {
  private static Finding judge(String shape, String before, String after) {
    String setting =
        """
        model m(x: f32[N, 2, H, W], p: f32[]) -> (y: f32[%s]) {
          w: f32[1, 2, 1, 3] = [[[[1, 2, 3]], [[4, 5, 6]]]]
          w3: f32[1, 3, 1, 1] = [[[[1]], [[2]], [[3]]]]
          least: f32[] = -inf
          most: f32[] = inf
        """;
    return Judged.of(setting.formatted(shape), before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 1, H, W | Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), w, auto_pad = "VALID") | Conv(x, w, pads = [0, 1, 0, 1])
          N, 1, H, W | Conv(Pad(Pad(x, [0, 0, 0, 1, 0, 0, 0, 0]), [0, 0, 0, 0, 0, 0, 0, 1]), w) | Conv(x, w, pads = [0, 1, 0, 1])
          N, 1, H + 2, W | Conv(Pad(x, [0, 0, 1, 0, 0, 0, 1, 0]), w, pads = [0, 1, 0, 1]) | Conv(x, w, pads = [1, 1, 1, 1])
          N, 2, H, W | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 3], auto_pad = "VALID") | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          N, 2, H, W | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 0]), kernel_shape = [1, 3], pads = [0, 0, 0, 1], count_include_pad = 1) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1)
          N, 2, H, W + 2 | Pad(x + 5, [0, 0, 0, 1, 0, 0, 0, 1], 5) | Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]) + 5
          N, 2, H, W + 2 | MaxPool(Pad(x * 2 + 5, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 1]) | MaxPool(Pad(x * 2 + 5, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 1])
          """)
  void marginsThatArePaddingAreProved(String shape, String before, String after) {
    assertThat(judge(shape, before, after)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 1, H, W     | Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), w) | Conv(x, w, pads = [0, 1, 0, 1])
          N, 1, H, W     | Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], p), w) | Conv(x, w, pads = [0, 1, 0, 1])
          N, 2, H, W     | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], most), kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          N, 2, H, W     | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], p), kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          N, 2, H, W     | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 3], ceil_mode = 1) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          N, 2, H, W + 2 | MaxPool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 3], auto_pad = "SAME_UPPER") | MaxPool(x, kernel_shape = [1, 3], pads = [0, 2, 0, 2])
          N, 2, H, W     | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1], least), kernel_shape = [1, 3]) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1)
          N, 2, H, W     | AveragePool(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), kernel_shape = [1, 3], ceil_mode = 1) | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1)
          N, 1, H, W + 2 | Conv(Pad(x, [0, 0, 0, 1, 0, 0, 0, 1]), w, auto_pad = "SAME_UPPER") | Conv(x, w, pads = [0, 2, 0, 2])
          N, 1, H, W     | Conv(Pad(x, [0, 1, 0, 0, 0, 0, 0, 0]), w3) | Conv(Pad(x, [0, 0, 0, 0, 0, 1, 0, 0]), w3)
          N + 1, 1, H, W | Conv(Pad(x, [1, 0, 0, 1, 0, 0, 0, 1]), w) | Conv(Pad(x, [0, 0, 0, 1, 1, 0, 0, 1]), w)
          N, 2, H, W     | MaxPool(Pad(x, [0, -1, 0, 1, 0, 1, 0, 1], least), kernel_shape = [1, 3]) | MaxPool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1])
          N, 2, H, W     | Pad(x + 5, [0, 0, 0, 1, 0, 0, 0, -1], 5) | Pad(x + 5, [0, 0, 0, -1, 0, 0, 0, 1], 5)
          N, 2, H, W + 1 | Pad(x + 5, [0, 0, 0, 1, 0, 0, 0, 0], 5) | Pad(x + 5, [0, 0, 0, 0, 0, 0, 0, 1], 5)
          N, 3, H, W     | Pad(x + 5, [0, 1, 0, 0, 0, 0, 0, 0], 5) | Pad(x + 5, [0, 0, 0, 0, 0, 1, 0, 0], 5)
          N, 2, H, W + 1 | Pad(x + 5, [0, 0, 0, 1, 0, 0, 0, 0], 5) | Pad(x, [0, 0, 0, 1, 0, 0, 0, 0], 5) + 5
          N, 2, H, W + 1 | Pad(x + 5, [0, 0, 0, 1, 0, 0, 0, 0], p) | Pad(x, [0, 0, 0, 1, 0, 0, 0, 0], p) + 5
          N, 2, H, W + 1 | Pad(x, [0, 0, 0, 1, 0, 0, 0, 0], p) * 2 | Pad(x * 2, [0, 0, 0, 1, 0, 0, 0, 0], p)
          """)
  void otherMarginsAreNot(String shape, String before, String after) {
    assertThat(judge(shape, before, before)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(shape, before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(judge(shape, after, before)).isNotInstanceOf(Finding.Proved.class);
  }
}
