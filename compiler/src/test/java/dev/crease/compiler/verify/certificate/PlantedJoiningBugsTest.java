package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scales that were to pass what joins, pads, repeats and reshapes, and went wrong.
class PlantedJoiningBugsTest {
  private static Finding judge(String shape, String before, String after) {
    String setting =
        """
        model m(x: f32[2, 2, 3], z: f32[2, 2, 3]) -> (y: f32[%s]) {
          w: f32[2, 2, 1] = [[[1], [2]], [[3], [4]]]
          v: f32[2, 2, 1] = [[[2], [4]], [[9], [12]]]
          s: f32[2, 1] = [[2], [3]]
          t: f32[2, 1, 1] = [[[2]], [[3]]]
          ss: f32[4, 1] = [[2], [3], [2], [3]]
          turned: f32[4, 1] = [[3], [2], [2], [3]]
          s1: f32[4, 1] = [[2], [3], [1], [1]]
          s0: f32[4, 1] = [[0], [0], [2], [3]]
          t1: f32[4, 1, 1] = [[[2]], [[3]], [[1]], [[1]]]
          h: f32[3] = [1, 2, 3]
          hs: f32[2, 6] = [[2, 2, 2, 1, 1, 1], [3, 3, 3, 1, 1, 1]]
          ht: f32[2, 6] = [[2, 2, 2, 3, 3, 3], [1, 1, 1, 1, 1, 1]]
          tt: f32[2, 1, 6] = [[[2, 2, 2, 1, 1, 1]], [[3, 3, 3, 1, 1, 1]]]
          tw: f32[2, 1, 6] = [[[2, 2, 2, 3, 3, 3]], [[1, 1, 1, 1, 1, 1]]]
          c: f32[2, 2, 3] = [[[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]]]
          c2: f32[2, 2, 3] = [[[2, 4, 6], [12, 15, 18]], [[2, 4, 6], [12, 15, 18]]]
          wide: f32[4] = [1, 2, 3, 1]
        """;
    return Judged.of(setting.formatted(shape), before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2, 4, 3 | Concat(x * s, z * s, axis = 1)         | Concat(x, z, axis = 1) * ss
          2, 4, 3 | Concat(x * s, z, axis = -2)            | Concat(x, z, axis = 1) * s1
          2, 4, 3 | Concat(x * s, z, axis = 1) + 1         | Concat(x * s + 1, z + 1, axis = 1)
          2, 2, 6 | Concat(x * s, z, axis = 2)             | Concat(x, z, axis = 2) * hs
          2, 2, 6 | Concat(x * t, z, axis = 2)             | Concat(x, z, axis = 2) * tt
          4, 2, 3 | Concat(x * t, z, axis = 0)             | Concat(x, z, axis = 0) * t1
          2, 4, 3 | Concat(x * s, c, axis = 1)             | Concat(x, c, axis = 1) * s1
          2, 4, 3 | Concat(c, x * s, axis = 1)             | Concat(c, x, axis = 1) * s0 + Concat(c, c * 0, axis = 1)
          2, 4, 3 | Concat(c, c, axis = 1) * ss + Concat(x, x, axis = 1) | Concat(c2 + x, c2 + x, axis = 1)
          2, 4, 3 | Concat(x + z, x, axis = 1) * ss        | Concat((x + z) * s, x * s, axis = 1)
          2, 4, 3 | Concat(Conv(x, w), z, axis = 1) * s1   | Concat(Conv(x, v), z, axis = 1)
          4, 2, 3 | Concat(Conv(x, w), z, axis = 0) * s    | Concat(Conv(x, v), z * s, axis = 0)
          2, 2, 3 | Concat(x * s, axis = 1)                | x * s
          """)
  void whatPassesJoiningIsProved(String shape, String before, String after) {
    assertThat(judge(shape, before, after)).isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2, 4, 3 | Concat(x * s, z * s, axis = 1)         | Concat(x, z, axis = 1) * turned
          2, 2, 6 | Concat(x * s, z, axis = 2)             | Concat(x, z, axis = 2) * ht
          2, 2, 6 | Concat(x * t, z, axis = 2)             | Concat(x, z, axis = 2) * tw
          2, 4, 3 | Concat(x, z, axis = 1)                 | Concat(z, x, axis = 1)
          2, 4, 3 | Concat(x, c, axis = 1)                 | Concat(c, x, axis = 1)
          2, 4, 3 | Concat(x, c, axis = 1)                 | Concat(x, c2, axis = 1)
          2, 4, 3 | Concat(x + z, x, axis = 1)             | Concat(x, x + z, axis = 1)
          2, 4, 3 | Concat(x + z, x, axis = 1) * ss        | Concat((x + z) * s, x, axis = 1)
          2, 4, 3 | Concat(Conv(x, w), z, axis = 1)        | Concat(Conv(x, v), z, axis = 1)
          2, 4, 3 | Concat(Conv(x, w), z, axis = 1)        | Concat(z, Conv(x, w), axis = 1)
          2, 4, 3 | Concat(Conv(x, w), z, axis = 1) * ss   | Concat(Conv(x, v), z, axis = 1)
          2, 4, 3 | Concat(Conv(x, w), Conv(z, w), axis = 1) | Concat(Conv(z, w), Conv(x, w), axis = 1)
          """)
  void whatWasJoinedWronglyIsNotProved(String shape, String before, String after) {
    assertThat(judge(shape, before, before)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(shape, before, after)).isNotInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | 2, 6    | Reshape(x * s, [2, 6])                     | Flatten(x * s)
          true  | 2, 6    | Reshape(x * h, [0, -1])                    | Flatten(x * h)
          true  | 2, 2, 3 | Reshape(Reshape(x, [2, 6]), [2, 2, 3]) * s | x * s
          true  | 4, 3    | Reshape(Reshape(x, [2, 6]), [4, 3])        | Reshape(x, [4, 3])
          true  | 2, 1, 2, 3 | Unsqueeze(x * s, [1])                   | Reshape(x, [2, 1, 2, 3]) * s
          true  | 2, 1, 2, 3 | Transpose(Unsqueeze(x, [2]), perm = [0, 2, 1, 3]) | Unsqueeze(x, [1])
          false | 2, 2, 2, 3 | Transpose(Expand(Unsqueeze(x, [2]), [2, 2, 2, 3]), perm = [0, 2, 1, 3]) | Expand(Unsqueeze(x, [2]), [2, 2, 2, 3])
          false | 3, 4    | Reshape(x, [3, 4])                         | Transpose(Reshape(x, [4, 3]))
          false | 2, 2, 3 | Transpose(x, perm = [1, 0, 2])             | x
          false | 2, 2, 3 | Transpose(x, perm = [1, 0, 2]) * s         | Transpose(x * s, perm = [1, 0, 2])
          true  | 2, 2, 3 | Transpose(x, perm = [1, 0, 2]) * s         | Transpose(x * t, perm = [1, 0, 2])
          true  | 4, 2, 2, 3 | Expand(x * s, [4, 2, 2, 3])             | Expand(x, [4, 2, 2, 3]) * s
          false | 4, 2, 2, 3 | Expand(x * s, [4, 2, 2, 3])             | Expand(x, [4, 2, 2, 3]) * t
          true  | 2, 1, 3 | Gather(Conv(x, w), [1], axis = 1) * 3      | Gather(Conv(x, w) * 3, [1], axis = 1)
          false | 2, 1, 3 | Gather(Conv(x, w), [1], axis = 1)          | Gather(Conv(x, w), [0], axis = 1)
          false | 2, 1, 3 | Slice(Conv(x, w), [0], [1], [1])           | Conv(x, [[[3], [4]]])
          true  | 2, 2, 5 | Pad(x * s, [0, 0, 1, 0, 0, 1])             | Pad(x, [0, 0, 1, 0, 0, 1]) * s
          false | 2, 2, 5 | Pad(x * s, [0, 0, 1, 0, 0, 1])             | Pad(x, [0, 0, 2, 0, 0, 0]) * s
          false | 2, 2, 5 | Pad(x * s, [0, 0, 1, 0, 0, 1], 1)          | Pad(x, [0, 0, 1, 0, 0, 1], 1) * s
          true  | 2, 2, 5 | Pad(Pad(x, [0, 0, 1, 0, 0, 0]), [0, 0, 0, 0, 0, 1]) | Pad(Pad(x, [0, 0, 1, 0, 0, 0]), [0, 0, 0, 0, 0, 1])
          """)
  void whatIsMovedIsJudged(boolean right, String shape, String before, String after) {
    Finding finding = judge(shape, before, after);
    assertThat(finding instanceof Finding.Proved).as("%s", finding).isEqualTo(right);
  }
}
