package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scales and shifts before a function, or behind it.
class FunctionsOfScaledAtomsTest {
  private static final String SETTING =
      """
      model m(x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]) {
        b: f32[2, 1, 1] = [[[5]], [[6]]]
        s: f32[2, 1, 1] = [[[2]], [[3]]]
        most: f32[2] = [6, 6]
        none: f32[2] = [-inf, -inf]
        open: f32[2] = [inf, inf]
        six: f32[] = 6
        low: f32[] = -6
        half: f32[] = -3
        three: f32[] = 3
        least: f32[] = -inf
        slopes: f32[2, 1, 1] = [[[0.5]], [[2]]]
      """;

  private static Finding judge(String before, String after) {
    return Judged.of(SETTING, before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LeakyRelu(x * s, alpha = 0.5)  | LeakyRelu(x, alpha = 0.5) * s
          PRelu(x * s, slopes)           | PRelu(x, slopes) * s
          MaxPool(x * s + b, kernel_shape = [3, 3], pads = [1, 1, 1, 1]) | MaxPool(x, kernel_shape = [3, 3], pads = [1, 1, 1, 1]) * s + b
          ReduceMax(x * s + b, [2, 3]) + x | ReduceMax(x, [2, 3]) * s + b + x
          ReduceMin(x * s + b, [-1]) + x | ReduceMin(x, [-1]) * s + b + x
          ReduceMax(x * 2 + 1, [1, 2]) + x | ReduceMax(x, [1, 2]) * 2 + 1 + x
          ReduceSum(x * s, [2, 3]) + x   | ReduceSum(x, [2, 3]) * s + x
          ReduceSum(x * 3 + 2, [1]) + x  | ReduceSum(x, [1]) * 3 + 4 + x
          GlobalAveragePool(Sigmoid(x) * s + b) + x | GlobalAveragePool(Sigmoid(x)) * s + b + x
          GlobalAveragePool(PRelu(x * s, slopes)) * s + x | GlobalAveragePool(PRelu(x * s * s, slopes)) + x
          Clip(x, least, six)            | crease.ChannelClamp(x, none, most)
          Clip(x, -inf, inf)             | x
          crease.ChannelClamp(x, none, open) | x
          Clip(x * 2, low)               | Clip(x, half) * 2
          Clip(x * -2, low)              | Clip(x, least, three) * -2
          """)
  void whatPassesIsProved(String before, String after) {
    assertThat(judge(before, after)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(after, before)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LeakyRelu(x + b, alpha = 0.5)  | LeakyRelu(x, alpha = 0.5) + b
          LeakyRelu(x * -2, alpha = 0.5) | LeakyRelu(x, alpha = 0.5) * -2
          PRelu(x + b, slopes)           | PRelu(x, slopes) + b
          PRelu(x, slopes) * s           | PRelu(x * slopes, slopes)
          Sigmoid(x) * 2                 | Sigmoid(x * 2)
          Sigmoid(x) + b                 | Sigmoid(x + b)
          Softmax(x * 2, axis = 1)       | Softmax(x, axis = 1) * 2
          MaxPool(x * s, kernel_shape = [3, 3], pads = [1, 1, 1, 1]) | MaxPool(x, kernel_shape = [3, 3], pads = [1, 1, 1, 1])
          MaxPool(x + b, kernel_shape = [3, 3], pads = [1, 1, 1, 1]) | MaxPool(x, kernel_shape = [3, 3], pads = [1, 1, 1, 1])
          MaxPool(x * s, kernel_shape = [3, 3], pads = [1, 1, 1, 1]) | MaxPool(x, kernel_shape = [1, 1]) * s
          ReduceMax(x * -2, [2, 3]) + x  | ReduceMax(x, [2, 3]) * -2 + x
          ReduceMax(x * s, [1, 2]) + x   | ReduceMax(x, [1, 2]) * s + x
          ReduceMax(x, [2, 3]) + x       | ReduceMin(x, [2, 3]) + x
          ReduceMax(x + b, [2, 3]) + x   | ReduceMax(x, [2, 3]) + x
          ReduceSum(x + b, [2, 3]) + x   | ReduceSum(x, [2, 3]) + b + x
          ReduceSum(x * 3 + 2, [1]) + x  | ReduceSum(x, [1]) * 3 + 2 + x
          ReduceSum(x * s, [1]) + x      | ReduceSum(x, [1]) * s + x
          GlobalAveragePool(Sigmoid(x)) * s + x | GlobalAveragePool(Sigmoid(x * s)) + x
          GlobalAveragePool(PRelu(x * s, slopes)) * s + x | GlobalAveragePool(PRelu(x * s, slopes)) + x
          Clip(x, -inf, 6)               | x
          Clip(x, -inf, 6)               | Clip(x, -inf, 5)
          Clip(x, -6, inf)               | Clip(x, -5, inf)
          Clip(x, 0, inf)                | Clip(x, -inf, 0)
          Clip(x * -2, low)              | Clip(x, half) * -2
          Clip(x, 6, 5)                  | Clip(x, 5, 6)
          """)
  void whatDoesNotPassIsNotProved(String before, String after) {
    assertThat(judge(before, before)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(judge(after, before)).isNotInstanceOf(Finding.Proved.class);
  }

  /// Axes that are left out behind a convolution.
  @ParameterizedTest
  @ValueSource(strings = {"ReduceMax", "ReduceMin", "ReduceSum"})
  void whatFoldsThroughReductionsIsProved(String name) {
    String setting =
        """
        model m(x: f32[N, 2, 4, 5]) -> (y: f32[N, 2]) {
          w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[4]]]]
          v: f32[2, 2, 1, 1] = [[[[2]], [[4]]], [[[9]], [[12]]]]
          s: f32[2] = [2, 3]
        """;
    String reduced = name + "(Conv(x, %s), [2, 3], keepdims = 0)";
    String before = reduced.formatted("w") + " * s";
    assertThat(Judged.of(setting, before, reduced.formatted("v")))
        .isInstanceOf(Finding.Proved.class);
    assertThat(Judged.of(setting, before, reduced.formatted("w")))
        .isNotInstanceOf(Finding.Proved.class);
  }

  @Test
  void whatDiffersBelowTermsOfOneNameIsTold() {
    String mean = "ReduceMean(Sigmoid(x) + Sigmoid(x * %d), [2, 3]) + x";
    assertThat(judge(mean.formatted(2), mean.formatted(3)).toString())
        .contains("expected 2.0, got 3.0");
  }

  /// What is stored as infinite may stand for a number that is too large.
  @Test
  void anInfinityThatIsNewIsNotExact() {
    String pool = "MaxPool(x, kernel_shape = [3, 3], pads = [1, 1, 1, 1])";
    String padded = "MaxPool(Pad(x, [0, 0, 1, 1, 0, 0, 1, 1], -inf), kernel_shape = [3, 3])";
    String plain = "model m(x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]) {\n";
    assertThat(Judged.of(plain, padded, pool)).isInstanceOf(Finding.Proved.class);
    assertThat(Judged.of(plain, pool, padded)).isInstanceOf(Finding.NotCovered.class);
  }
}
