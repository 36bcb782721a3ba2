package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.verify.certificate.Finding.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where two forms differ, and when that says nothing.
class FormComparisonTest {
  private static final String SETTING =
      """
      model m(x: f32[N, 2, H, W], z: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]) {
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[4]]]]
        w1: f32[2, 2, 1, 1] = [[[[2]], [[2]]], [[[3]], [[5]]]]
        last: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[5]]]]
        one: f32[2, 2, 1, 1] = [[[[1]], [[0]]], [[[0]], [[1]]]]
        two: f32[2, 2, 1, 1] = [[[[2]], [[0]]], [[[0]], [[2]]]]
        k: f32[2, 1, 1, 3] = [[[[1, 2, 3]]], [[[4, 5, 6]]]]
        k6: f32[2, 1, 1, 3] = [[[[1, 2, 3]]], [[[4, 5, 7]]]]
        merged: f32[2, 2, 1, 3] = [[[[1, 3, 3]], [[0, 2, 0]]], [[[0, 3, 0]], [[4, 9, 6]]]]
        less: f32[2, 2, 1, 3] = [[[[1, 2, 3]], [[0, 2, 0]]], [[[0, 3, 0]], [[4, 8, 6]]]]
        merged1: f32[2, 2, 1, 3] = [[[[1, 4, 3]], [[0, 2, 0]]], [[[0, 3, 0]], [[4, 10, 6]]]]
        b: f32[2] = [5, 6]
        c: f32[2, 1, 1] = [[[5]], [[6]]]
        c7: f32[2, 1, 1] = [[[5]], [[7]]]
        s: f32[2, 1, 1] = [[[2]], [[3]]]
        s4: f32[2, 1, 1] = [[[2]], [[4]]]
      """;

  private static Finding judge(String before, String after) {
    return Judged.of(SETTING, before, after);
  }

  /// Transposed twice a picture is itself, which no form tells.
  private static String twice(String picture) {
    return "Transpose(Transpose(%s, perm = [0, 1, 3, 2]), perm = [0, 1, 3, 2])".formatted(picture);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x + c        | x + c7            | output `y`, what is added at [1, 0, 0] | 6.0 | 7.0
          x            | x + 3             | output `y`, what is added | 0.0 | 3.0
          x * s        | x * s4            | output `y`, weight of `x` at [1, 0, 0] | 3.0 | 4.0
          x * 2        | x * 3             | output `y`, weight of `x` | 2.0 | 3.0
          Conv(x, w)   | Conv(x, last)     | output `y`, weight of `x`: output channel 1, input channel 1 at [1, 1, 0, 0] | 4.0 | 5.0
          Conv(x, k, group = 2, pads = [0, 1, 0, 1]) | Conv(x, k6, group = 2, pads = [0, 1, 0, 1]) | output `y`, weight of `x`: output channel 1, input channel 1 at [1, 0, 0, 2] | 6.0 | 7.0
          Conv(x, w) + x | Conv(x, last)   | output `y`, weight of `x`: output channel 0, input channel 0, tap at [0, 0] | 2.0 | 1.0
          Conv(x, last) + x | Conv(x, w1)  | output `y`, weight of `x`: output channel 1, input channel 1, tap at [0, 0] | 6.0 | 5.0
          Sigmoid(x + c) | Sigmoid(x + c7) | output `y`, operand 0 of [Elementwise[function=SIGMOID], 0], what is added at [1, 0, 0] | 6.0 | 7.0
          """)
  void aRefutationTellsThePlace(
      String before, String after, String where, String expected, String got) {
    assertThat(judge(before, after)).isEqualTo(new Finding.Refuted(where, expected, got));
  }

  /// Functions are taken for free only where their arguments are equal, and what is added only
  /// where no other function may make up for it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x + 1                            | x + Sigmoid(z) + Sigmoid(z * -1)
          x + Sigmoid(z) + Sigmoid(z * -1) | x + 1
          z + x / 3 * 3 - x                | z
          z                                | z + x / 3 * 3 - x
          z + Conv(x, one) - x             | z
          z                                | z + Conv(x, one) - x
          x + Sigmoid(c) * 2               | x + Sigmoid(c) * 3
          x * Sigmoid(c)                   | x * Sigmoid(c7)
          Conv(Clip(x, 0, 6), w)           | Conv(Clip(x, 0, 5), last)
          Conv(Clip(x, 0, 6), w)           | Conv(Clip(z, 0, 5), w)
          Sigmoid(x)                       | Sigmoid(x * 2) * 3
          x + Sigmoid(Sigmoid(c)) * 2      | x + Sigmoid(Sigmoid(c)) * 3
          x + Where([true], c, c7) * 2     | x + Where([true], c, c7) * 3
          """)
  void whatMayBeEqualInAnotherWayIsNotRefuted(String before, String after) {
    assertThat(judge(before, after)).isInstanceOf(Finding.NotCovered.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "Sigmoid(x)"})
  void oneOperandInMapsOfTwoKindsIsNotRefuted(String picture) {
    String kinds = "output `y`: the same operand stands in maps of two kinds";
    String sum = "Conv(%s, w) + Conv(%1$s, k, group = 2, pads = [0, 1, 0, 1])".formatted(picture);
    String one = "Conv(%s, merged, pads = [0, 1, 0, 1])".formatted(picture);
    String more = "Conv(%s, merged1, pads = [0, 1, 0, 1])".formatted(picture);
    assertThat(judge(sum, one)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(sum, more)).isInstanceOf(Finding.Refuted.class);
    assertThat(judge(sum + " + " + twice(picture), more)).isEqualTo(new Finding.NotCovered(kinds));
    assertThat(judge(one + " + " + twice(picture), more)).isEqualTo(new Finding.NotCovered(kinds));
    assertThat(judge(more, sum + " + " + twice(picture))).isEqualTo(new Finding.NotCovered(kinds));
  }

  /// The atoms of both sides are two that are equal within rounding.
  @ParameterizedTest
  @CsvSource({"merged, Proved", "merged1, Refuted"})
  void anOperandThatIsEqualWithinRoundingIsOneInMapsOfTwoKinds(String weights, String found) {
    String before =
        "h = Sigmoid(x / 3); y = Conv(h, w) + Conv(h, k, group = 2, pads = [0, 1, 0, 1])";
    String after = "h = Sigmoid(x * 0.33333334); y = Conv(h, %s, pads = [0, 1, 0, 1])";
    Finding finding = judge(before, after.formatted(weights));
    assertThat(finding.getClass().getSimpleName()).isEqualTo(found);
    assertThat(judge(before, after.formatted("less") + " + " + twice("h")))
        .isInstanceOf(Finding.NotCovered.class);
  }

  /// Here each side has two atoms that are one function: a constant stands in two places.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Sigmoid(x / 3) * 2 + Sigmoid(x / 3) * 3     | Sigmoid(x / 3) * 5
          Sigmoid(x / 3) * 5                          | Sigmoid(x / 3) * 2 + Sigmoid(x / 3) * 3
          Conv(Sigmoid(x / 3), one) + Sigmoid(x / 3)  | Conv(Sigmoid(x / 3), one) * 2
          Conv(Sigmoid(x / 3), one) * 2               | Conv(Sigmoid(x / 3), one) + Sigmoid(x / 3)
          """)
  void oneFunctionInTwoAtomsIsNotRefuted(String before, String after) {
    assertThat(judge(before, after)).isNotInstanceOf(Finding.Refuted.class);
  }

  /// A constant of its own, in one of two operands of the sum.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Sigmoid(x / 3) * s | Sigmoid(x * 0.33333334) * s
          Conv(Sigmoid(x / 3), w) | Conv(Sigmoid(x * 0.33333334), w)
          h = Sigmoid(x / 3); y = Conv(h, one) + h | Conv(Sigmoid(x * 0.33333334), two)
          x | x + z * 0
          """)
  void whatIsRoundedInArgumentsIsTold(String before, String after) {
    assertThat(judge(before, after))
        .isInstanceOfSatisfying(
            Finding.Proved.class,
            proved -> assertThat(proved.kind()).isEqualTo(Kind.WITHIN_ROUNDING));
  }

  @Test
  void termsWithoutAPartnerAreNamed() {
    assertThat(judge("x + 1", "x + Sigmoid(z)"))
        .isEqualTo(
            new Finding.NotCovered(
                "output `y`: expected the terms [], got"
                    + " [diagonal of [Elementwise[function=SIGMOID], 0]]"));
    assertThat(judge("x", "z"))
        .isEqualTo(new Finding.Refuted("output `y`", "[diagonal of `x`]", "[diagonal of `z`]"));
  }

  @Test
  void eachOfSeveralInputsIsAloneIfTheOtherSideHasNone() {
    String setting = "model m(x: f32[N], z: f32[N], u: f32[N]) -> (y: f32[N]) {\n";
    String terms = "[diagonal of `x`, diagonal of `z`]";
    assertThat(Judged.of(setting, "u + x + z", "u + 0"))
        .isEqualTo(new Finding.Refuted("output `y`", terms, "[]"));
    assertThat(Judged.of(setting, "u + 0", "u + x + z"))
        .isEqualTo(new Finding.Refuted("output `y`", "[]", terms));
  }

  /// More elements than those of constants that are one if they are equal.
  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void operandsOfBooleansAreEqualIfTheirElementsAre(boolean last, boolean right) {
    String setting = "model m(x: f32[300], z: f32[300]) -> (y: f32[300]) {\n";
    String taken = "Where([%s%s], x, z)";
    String others = "true, ".repeat(299);
    Finding finding =
        Judged.of(setting, taken.formatted(others, true), taken.formatted(others, last));
    assertThat(finding).isInstanceOf(right ? Finding.Proved.class : Finding.NotCovered.class);
    if (finding instanceof Finding.NotCovered left) {
      assertThat(left.reason()).startsWith("output `y`: operand 0 of [Where[], 0] differs");
    }
  }
}
