package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Convolutions that are added tap by tap, or composed with others, and what cannot be.
class SumOfMapsTest {
  private static final String SETTING =
      """
      model m(x: f32[N, 2, %s]) -> (y: f32[N, 2, %1$s]) {
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[4]]]]
        v: f32[2, 2, 1, 1] = [[[[2]], [[2]]], [[[3]], [[5]]]]
        k: f32[2, 2, 1, 3] = [[[[1, 2, 3]], [[4, 5, 6]]], [[[7, 8, 9]], [[1, 3, 5]]]]
        kw: f32[2, 2, 1, 3] = [[[[1, 3, 3]], [[4, 7, 6]]], [[[7, 11, 9]], [[1, 7, 5]]]]
        k1: f32[2, 2, 1, 3] = [[[[1, 2, 4]], [[4, 5, 6]]], [[[7, 8, 9]], [[1, 3, 6]]]]
        middle: f32[2, 2, 1, 3] = [[[[1, 3, 3]], [[4, 5, 6]]], [[[7, 8, 9]], [[1, 4, 5]]]]
        m: f32[2, 1, 3] = [[[1, 2, 3]], [[4, 5, 6]]]
        a: f32[3, 3] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
      """;

  private static Finding judge(String picture, String before, String after) {
    return Judged.of(SETTING.formatted(picture), before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          H, W | Conv(x, k, pads = [0, 1, 0, 1]) + Conv(x, w) | Conv(x, kw, pads = [0, 1, 0, 1])
          H, W | Conv(x, k, pads = [0, 1, 0, 1]) + x          | Conv(x, middle, pads = [0, 1, 0, 1])
          H, W | Conv(x, w) + x                               | Conv(x, v)
          1, 3 | Conv(x, k, pads = [0, 2, 0, 2], strides = [1, 2]) * 2 | Conv(x, k, pads = [0, 2, 0, 2], strides = [1, 2]) + Conv(x, k, pads = [0, 2, 0, 2], strides = [1, 2])
          """)
  void whatIsAddedTapByTapIsProved(String picture, String before, String after) {
    assertThat(judge(picture, before, after)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(picture, after, before)).isInstanceOf(Finding.Proved.class);
  }

  /// A second map that is left out, or put where the first one reads something else.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1, 3 | Conv(x, k, pads = [0, 1, 0, 1]) + Conv(x, w) + x * m | Conv(x, kw, pads = [0, 1, 0, 1])
          1, 3 | Conv(x, k, pads = [0, 1, 0, 1]) + x * m              | Conv(x, k, pads = [0, 1, 0, 1])
          1, 3 | Conv(x, w) + MatMul(x, a)                            | Conv(x, w)
          1, 3 | Conv(x, k, pads = [0, 2, 0, 2], strides = [1, 2]) + x | Conv(x, k1, pads = [0, 2, 0, 2], strides = [1, 2])
          1, 3 | Conv(x, k, pads = [0, 2, 0, 2], strides = [1, 2]) + x | Conv(x, middle, pads = [0, 2, 0, 2], strides = [1, 2])
          1, 3 | Conv(x, k, pads = [0, 2, 0, 2], strides = [1, 2]) + Conv(x, w) | Conv(x, kw, pads = [0, 2, 0, 2], strides = [1, 2])
          H, W | Conv(x, k, pads = [0, 1, 0, 1]) + Conv(x, w)         | Conv(x, kw, pads = [0, 0, 0, 2])
          H, W | Conv(x, k, pads = [0, 1, 0, 1]) + x                  | Conv(x, kw, pads = [0, 1, 0, 1])
          H, W | Conv(x, k, pads = [0, 1, 0, 1]) + Conv(x, w)         | Conv(x, k, pads = [0, 1, 0, 1])
          H, W | Conv(x, k, pads = [0, 2, 0, 2], dilations = [1, 2]) + Conv(x, w) | Conv(x, kw, pads = [0, 1, 0, 1])
          """)
  void whatIsNotTheirSumIsNotProved(String picture, String before, String after) {
    assertThat(judge(picture, before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(judge(picture, after, before)).isNotInstanceOf(Finding.Proved.class);
  }

  /// `2^26` products at most.
  @ParameterizedTest
  @CsvSource({"8192, true", "8193, false"})
  void onlySoMuchIsComposed(int outputs, boolean possible) {
    Geometry first = Linear.product(1, 1, new int[] {64, 128}, false);
    Form.Term term =
        new Form.Term(
            Form.Atom.input("x", TensorType.of(ElementType.FLOAT32, 1, 64)),
            first,
            Coefficients.ONE.over(new int[] {64, 128}));
    Geometry second = Linear.product(1, 1, new int[] {128, outputs}, false);
    assertThat(Composition.isPossible(second, term)).isEqualTo(possible);
    Geometry other = Linear.product(1, 1, new int[] {127, 2}, false);
    assertThat(Composition.isPossible(other, term)).isFalse();
    Geometry columns = Linear.product(0, 1, new int[] {128, 2}, false);
    assertThat(Composition.isPossible(columns, term)).isFalse();
    Geometry convolution =
        Linear.convolution(
            new Geometry.Taps(List.of(1L), List.of(1L), List.of(0L), List.of(0L), List.of(1)),
            1,
            new int[] {2, 128, 1});
    assertThat(Composition.isPossible(convolution, term)).isFalse();
  }
}
