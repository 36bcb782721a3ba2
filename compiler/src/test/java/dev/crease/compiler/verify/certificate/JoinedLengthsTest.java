package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What passes a Concat along an axis whose lengths are not known.
class JoinedLengthsTest {
  private static Finding judge(String before, String after) {
    return Judged.of(
        """
        model m(x: f32[N, 2, H], z: f32[N, 2, L]) -> (y: f32[N, 2, H + L]) {
          w: f32[2, 2, 1] = [[[1], [2]], [[3], [4]]]
          v: f32[2, 2, 1] = [[[2], [4]], [[9], [12]]]
          s: f32[2, 1] = [[2], [3]]
          t: f32[2, 1] = [[5], [7]]
          b: f32[2] = [1, 2]
          c: f32[2] = [7, 13]
          d: f32[2] = [5, 7]
          off: f32[2] = [7, 13.00001]
        """,
        before,
        after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Concat(Conv(x, w), Conv(z, w), axis = 2) * s        | Concat(Conv(x, v), Conv(z, v), axis = 2)
          Concat(Conv(x, w), z, axis = -1) * s                | Concat(Conv(x, v), z * s, axis = 2)
          Concat(Conv(x, w), z, axis = 2) * s + t             | Concat(Conv(x, v, d), z * s + t, axis = 2)
          Concat(Conv(x, w, b), z, axis = 2) * s + t          | Concat(Conv(x, v, c), z * s + t, axis = 2)
          Concat(Conv(x, w, b), Conv(z, w, b), axis = 2) * s + t | Concat(Conv(x, v, c), Conv(z, v, c), axis = 2)
          Concat(z, x, axis = 2)                              | Concat(z, x, axis = 2)
          """)
  void whatIsUniformAlongTheAxis(String before, String after) {
    assertThat(judge(before, after)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Concat(Conv(x, w), Conv(z, w), axis = 2) * s        | Concat(Conv(x, v), Conv(z, w), axis = 2)
          Concat(Conv(x, w), z, axis = 2) * s                 | Concat(z * s, Conv(x, v), axis = 2)
          Concat(Conv(x, w), z, axis = 2) * s                 | Concat(Conv(x, v), z, axis = 2)
          Concat(Conv(x, w), z, axis = 2) * s + t             | Concat(Conv(x, v, d), z * s, axis = 2)
          Concat(Conv(x, w), z, axis = 2) * s + t             | Concat(Conv(x, v), z * s + t, axis = 2)
          Concat(Conv(x, w, b), z, axis = 2) * s + t          | Concat(Conv(x, v, off), z * s + t, axis = 2)
          Concat(Conv(x, w, b), z, axis = 2) * s + t          | Concat(Conv(x, v, d), z * s + t, axis = 2)
          Concat(x, z, axis = 2)                              | Concat(z, x, axis = 2)
          """)
  void otherPlacesOrNumbersAreNot(String before, String after) {
    assertThat(judge(before, after)).isNotInstanceOf(Finding.Proved.class);
    assertThat(judge(after, before)).isNotInstanceOf(Finding.Proved.class);
  }
}
