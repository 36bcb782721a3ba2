package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scales and shifts that moved through a Pad, and left a wrong number around the picture.
class PlantedPadBugsTest {
  /// `2 x + 8` and `-1 x + 8`; 3 becomes 14 and 5, and comes from -2.5 and 5.
  private static final String SETTING =
      """
      model m(x: f32[N, 2, H, W]) -> (y: f32[N, %s]) {
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[4]], [[-5]]]]
        scaled: f32[2, 2, 1, 1] = [[[[2]], [[4]]], [[[-4]], [[5]]]]
        s: f32[2, 1, 1] = [[[2]], [[-1]]]
        t: f32[2, 1, 1] = [[[8]], [[8]]]
        b: f32[2] = [8, 8]
        bias: f32[2] = [12, 1]
        right: f32[2] = [14, 5]
        backward: f32[2] = [-2.5, 5]
        given: f32[2] = [3, 3]
        unshifted: f32[2] = [6, -3]
        swapped: f32[2] = [5, 14]
        off: f32[2] = [14, 5.000001]
        zeros: f32[2] = [0, 0]
        v: f32[1, 2, 1, 2] = [[[[1, 2]], [[3, 4]]]]
        v2: f32[1, 2, 1, 2] = [[[[2, 4]], [[-3, -4]]]]
        sum: f32[1] = [80]
      """;

  private static final String PADS = "[0, 0, 0, 1, 0, 0, 0, 2]";

  private static Graph graph(String shape, String body) {
    return TextReader.read(SETTING.formatted(shape) + "y = " + body + "\n}\n", "m").graph();
  }

  private static Finding judge(String shape, String before, String after) {
    Graph target = graph(shape, after);
    return Certificate.of(new Replacement(graph(shape, before), target, target.inputs()));
  }

  private static Finding backward(String before, String after, String pads) {
    return judge(
        "2, H, W + 3",
        "Pad(%s, %s, 3) * s + t".formatted(before, PADS),
        "crease.ChannelPad(%s, pads = %s)".formatted(after, pads));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "Conv(x, w)", "Conv(x, w, bias)", "Relu(x)"})
  void whatIsScaledInsideAndAroundIsProved(String data) {
    assertThat(backward(data, data + " * s + t, right", PADS)).isInstanceOf(Finding.Proved.class);
  }

  @Test
  void whatGoesIntoTheWeightsIsProved() {
    assertThat(backward("Conv(x, w)", "Conv(x, scaled, b), right", PADS))
        .isInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"given", "unshifted", "swapped", "off", "zeros", "backward"})
  void aWrongNumberAroundIsNotProved(String value) {
    assertThat(backward("x", "x * s + t, " + value, PADS)).isNotInstanceOf(Finding.Proved.class);
    assertThat(backward("Conv(x, w)", "Conv(x, scaled, b), " + value, PADS))
        .isNotInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x * s", "x + t", "Conv(x, w) * s + t"})
  void whatIsNotScaledInsideIsNotProved(String data) {
    assertThat(backward("x", data + ", right", PADS)).isNotInstanceOf(Finding.Proved.class);
  }

  @Test
  void otherMarginsAreNotProved() {
    assertThat(backward("x", "x * s + t, right", "[0, 0, 0, 2, 0, 0, 0, 1]"))
        .isNotInstanceOf(Finding.Proved.class);
  }

  @ParameterizedTest
  @CsvSource({"backward, v2, true", "backward, v, false", "given, v2, false", "right, v2, false"})
  void whatGoesIntoTheConvolutionBehind(String value, String weights, boolean proved) {
    Finding finding =
        judge(
            "1, H, W + 2",
            "Conv(Pad(x * s + t, %s, 3), v)".formatted(PADS),
            "Conv(crease.ChannelPad(x, %s, pads = %s), %s, sum)".formatted(value, PADS, weights));
    assertThat(finding instanceof Finding.Proved).isEqualTo(proved);
  }

  @ParameterizedTest
  @CsvSource({"right, true", "swapped, false", "off, false"})
  void aConvolutionReadsItAsItsPadding(String value, boolean proved) {
    Finding finding =
        judge(
            "1, H, W + 2",
            "Conv(crease.ChannelPad(x, right, pads = %s), v)".formatted(PADS),
            "crease.FusedConv(x, v, _, _, %s, pads = [0, 1, 0, 2])".formatted(value));
    assertThat(finding instanceof Finding.Proved).isEqualTo(proved);
  }
}
