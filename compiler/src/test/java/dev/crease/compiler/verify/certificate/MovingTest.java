package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Linear operators behind a convolution, or behind scales that they cannot let through.
class MovingTest {
  private static Finding judge(String shape, String before, String after) {
    String setting =
        """
        model m(x: f32[N, 2, W]) -> (y: f32[%s]) {
          w: f32[2, 2, 1] = [[[1], [2]], [[3], [4]]]
          v: f32[2, 2, 1] = [[[2], [4]], [[9], [12]]]
          s: f32[2, 1] = [[2], [3]]
          turned: f32[2, 1] = [[3], [2]]
        """;
    return Judged.of(setting.formatted(shape), before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 2 * W   | Flatten(x * s)                        | Reshape(x * s, [0, -1])
          N, 2 * W   | Flatten(Conv(x, w) * s)               | Reshape(Conv(x, v), [0, -1])
          N, 2, 1    | GlobalAveragePool(Conv(x, w)) * s     | GlobalAveragePool(Conv(x, v))
          N, 2, 1    | GlobalAveragePool(Conv(x, w) + s)     | GlobalAveragePool(Conv(x, w)) + s
          N, 2, W    | Slice(Conv(x, w), [-1], [-9], [1], [-1]) * turned | Slice(Conv(x, v), [-1], [-9], [1], [-1])
          N, 2, 1, W | Unsqueeze(Conv(x, w) * s, [2])        | Unsqueeze(Conv(x, v), [2])
          """)
  void whatPassesIsProved(String shape, String before, String after) {
    assertThat(judge(shape, before, after)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 2, W | AveragePool(Conv(x, w), kernel_shape = [3], pads = [1, 1]) | Slice(Conv(x, w), [-1], [-9], [2], [-1])
          N, 2, W | AveragePool(Conv(x, w), kernel_shape = [3], pads = [1, 1]) | AveragePool(Conv(x, w), kernel_shape = [5], pads = [2, 2])
          N, 2, W | Slice(Conv(x, w), [-1], [-9], [2], [-1])       | Conv(x, w)
          N, 2, W | Slice(Conv(x, w), [-1], [-9], [1], [-1]) * s   | Slice(Conv(x, v), [-1], [-9], [1], [-1])
          N, 2, W | Gather(Conv(x, w), [1, 0], axis = 1)           | Gather(Conv(x, w), [0, 1], axis = 1)
          N, 2, W | Gather(Conv(x, w), [1, 2], axis = 1)           | Gather(Conv(x, w), [1, 0], axis = 1)
          N, 2, W | Gather(Conv(x, w), [1, -3], axis = 1)          | Gather(Conv(x, w), [1, 0], axis = 1)
          N, 2, W + 1 | Pad(Conv(x, w), [0, 0, 0, 0, 0, 1])        | Pad(Conv(x, w), [0, 0, 1, 0, 0, 0])
          """)
  void anotherStepIsNotProved(String shape, String before, String after) {
    assertThat(judge(shape, before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(judge(shape, after, before)).isNotInstanceOf(Finding.Proved.class);
  }
}
