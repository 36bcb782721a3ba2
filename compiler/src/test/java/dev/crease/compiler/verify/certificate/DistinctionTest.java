package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Channels that one side depends on, and constants of a channel that differ.
class DistinctionTest {
  private static Finding judge(String shape, String before, String after) {
    String setting =
        """
        model m(x: f32[N, 2, W], z: f32[N, 2, W]) -> (y: f32[%s]) {
          w: f32[1, 2, 3] = [[[1, 2, 3], [4, 5, 6]]]
          v: f32[1, 2, 3] = [[[1, 2, 3], [4, 5, 7]]]
          first: f32[1, 2, 3] = [[[1, 2, 3], [0, 0, 0]]]
          less: f32[1, 2, 3] = [[[-1, -2, -3], [0, 0, 0]]]
          second: f32[1, 2, 3] = [[[0, 0, 0], [4, 5, 6]]]
          middle: f32[1, 2, 3] = [[[1, 2, 3], [0, 5, 0]]]
          s: f32[2, 1] = [[2], [3]]
          s0: f32[2, 1] = [[2], [0]]
          t: f32[2, 1] = [[8], [8]]
          start: f32[1] = [88]
          w0: f32[1, 2, 3] = [[[2, 4, 6], [0, 0, 0]]]
          low: f32[2] = [0, 0]
          low1: f32[2] = [0, -1]
          lower: f32[2] = [-5, -inf]
          open: f32[2] = [inf, inf]
          high: f32[2] = [6, 6]
          high0: f32[2] = [5, 6]
          high1: f32[2] = [6, 5]
          inside: f32[2] = [-4, 0]
          five: f32[2] = [-5, -5]
          five1: f32[2] = [-5, -4]
        """;
    return Judged.of(setting.formatted(shape), before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          crease.ChannelClamp(x, low, high)  | w     | crease.ChannelClamp(x, low1, high) | w      | lower bound of channel 1 | 0.0 | -1.0
          crease.ChannelClamp(x, low, high)  | w     | crease.ChannelClamp(x, low, high1) | w      | upper bound of channel 1 | 6.0 | 5.0
          crease.ChannelClamp(x, low, high)  | first | crease.ChannelClamp(x, low, high0) | first  | upper bound of channel 0 | 6.0 | 5.0
          crease.ChannelClamp(x, low, high)  | less  | crease.ChannelClamp(x, low, high0) | less   | upper bound of channel 0 | 6.0 | 5.0
          """)
  void boundsThatAWeightReadsAreTold(
      String before,
      String weights,
      String after,
      String others,
      String where,
      String expected,
      String got) {
    Finding finding =
        judge(
            "N, 1, W - 2",
            "Conv(%s, %s)".formatted(before, weights),
            "Conv(%s, %s)".formatted(after, others));
    assertThat(finding).isEqualTo(new Finding.Refuted("output `y`, " + where, expected, got));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          crease.ChannelClamp(x, low, high)  | first  | crease.ChannelClamp(x, low, high1) | first
          crease.ChannelClamp(x, low, high)  | second | crease.ChannelClamp(x, low, high0) | second
          crease.ChannelClamp(x, low, high)  | w      | crease.ChannelClamp(x, low, high1) | v
          crease.ChannelClamp(x, low, high)  | w      | crease.ChannelClamp(z, low, high1) | w
          crease.ChannelClamp(x, low, high)  | first  | crease.ChannelClamp(x, low, high1) | less
          """)
  void whatNoWeightReadsTellsNothing(String before, String weights, String after, String others) {
    Finding finding =
        judge(
            "N, 1, W - 2",
            "Conv(%s, %s)".formatted(before, weights),
            "Conv(%s, %s)".formatted(after, others));
    assertThat(finding).isInstanceOf(Finding.NotCovered.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          w      | first  | 1 | something | nothing
          first  | w      | 1 | nothing   | something
          w      | second | 0 | something | nothing
          first  | second | 0 | something | nothing
          second | first  | 0 | nothing   | something
          """)
  void aChannelThatOneSideDependsOnIsTold(
      String weights, String others, int channel, String expected, String got) {
    Finding finding =
        judge(
            "N, 1, W - 2",
            "Conv(crease.ChannelClamp(x, low, high), %s)".formatted(weights),
            "Conv(crease.ChannelClamp(x, low, high1), %s)".formatted(others));
    assertThat(finding)
        .isEqualTo(
            new Finding.Refuted(
                "output `y`",
                "%s that depends on channel %d".formatted(expected, channel),
                got + " that depends on it"));
  }

  /// What is scaled by itself is of one channel each.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          high1 | s  | s  | output `y`, upper bound of channel 1: expected 6.0, got 5.0
          high0 | s0 | s0 | output `y`, upper bound of channel 0: expected 6.0, got 5.0
          high1 | s  | s0 | output `y`: expected something that depends on channel 1, got nothing that depends on it
          high1 | s0 | s  | output `y`: expected nothing that depends on channel 1, got something that depends on it
          """)
  void channelsOfScalesAreTold(String bound, String scale, String other, String text) {
    Finding finding =
        judge(
            "N, 2, W",
            "crease.ChannelClamp(x, low, high) * " + scale,
            "crease.ChannelClamp(x, low, %s) * %s".formatted(bound, other));
    assertThat(finding).isInstanceOf(Finding.Refuted.class).hasToString(text);
  }

  /// What is added before padding matters where a weight reads that padding.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          w      | output `y`, what is added inside of channel 1: expected 5.0, got 4.0
          second | output `y`, what is added inside of channel 1: expected 5.0, got 4.0
          """)
  void whatIsAddedBeforePaddingIsTold(String weights, String text) {
    String right = "crease.FusedConv(x, %s, _, _, five, pads = [1, 1])".formatted(weights);
    String wrong = "crease.FusedConv(x, %s, [%d], _, five1, pads = [1, 1])";
    Finding finding = judge("N, 1, W", right, wrong.formatted(weights, -15));
    assertThat(finding).isInstanceOf(Finding.Refuted.class).hasToString(text);
    String inner = "crease.FusedConv(x, middle, [%d], _, five1, pads = [1, 1])";
    assertThat(
            judge(
                "N, 1, W",
                "crease.FusedConv(x, middle, _, _, five, pads = [1, 1])",
                inner.formatted(-5)))
        .isInstanceOf(Finding.NotCovered.class);
  }

  /// A held channel adds a constant of its own, which is no second function.
  @Test
  void aConstantBesideAFunctionHidesNothing() {
    String clamp = "crease.ChannelClamp(x, lower, open)";
    Finding finding =
        judge(
            "N, 1, W",
            "Conv(Relu(x * s0 + t), w, pads = [1, 1])",
            "crease.FusedConv(%s, w0, start, _, inside, pads = [1, 1])".formatted(clamp));
    assertThat(finding)
        .isEqualTo(new Finding.Refuted("output `y`, lower bound of channel 0", "-4.0", "-5.0"));
  }
}
