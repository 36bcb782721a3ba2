package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Powers of constants, as normalizations written as arithmetic have them.
class PowersTest {
  private static final String SETTING =
      """
      model m(x: f32[N, 2]) -> (y: f32[N, 2]) {
        c: f32[2] = [4, 16]
        negative: f32[2] = [-4, 16]
        zero: f32[2] = [0, 16]
        half: f32 = 0.5
        two: f32 = 2
        less: f32 = -0.5
        reverse: f32 = -2
        third: f32 = 3
        each: f32[2] = [2, 2]
        root: f32[2] = [2, 4]
        other: f32[2] = [2, 5]
        square: f32[2] = [16, 256]
        inverse: f32[2] = [0.25, 0.0625]
        inverseRoot: f32[2] = [0.5, 0.25]
        inverseSquare: f32[2] = [0.0625, 0.00390625]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x * Sqrt(c)         | x * root
          x * Pow(c, half)    | x * root
          x * Pow(c, two)     | x * square
          x * Pow(c, less)    | x * inverseRoot
          x * Pow(c, reverse) | x * inverseSquare
          x * Reciprocal(c)   | x * inverse
          """)
  void ofPositiveNumbersAreProved(String before, String after) {
    assertThat(Judged.of(SETTING, before, after)).isInstanceOf(Finding.Proved.class);
    assertThat(Judged.of(SETTING, after, before)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x * Sqrt(c)            | x * other
          x * Pow(c, two)        | x * root
          x * Pow(c, less)       | x * root
          x * Pow(c, reverse)    | x * square
          x * Reciprocal(c)      | x * c
          x * Pow(negative, two) | x * square
          x * Sqrt(zero)         | x * root
          x * Pow(c, third)      | x * square
          x * Pow(c, each)       | x * c
          """)
  void othersAreNot(String before, String after) {
    assertThat(Judged.of(SETTING, before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(Judged.of(SETTING, after, before)).isNotInstanceOf(Finding.Proved.class);
  }
}
