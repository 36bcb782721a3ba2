package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Equalities and near misses, each of a few nodes.
class CertificateTest {
  private static final String SETTING =
      """
      model m(x: f32[N, 2, H, W], z: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]) {
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[4]]]]
        v: f32[2, 2, 1, 1] = [[[[2]], [[4]]], [[[6]], [[8]]]]
        t: f32[2, 2, 1, 1] = [[[[1]], [[6]]], [[[3]], [[12]]]]
        one: f32[2, 2, 1, 1] = [[[[1]], [[0]]], [[[0]], [[1]]]]
        k: f32[2, 1, 1, 3] = [[[[1, 2, 3]]], [[[4, 5, 6]]]]
        k2: f32[2, 1, 1, 3] = [[[[2, 4, 6]]], [[[12, 15, 18]]]]
        wide: f32[2, 1, 1, 5] = [[[[0, 1, 2, 3, 0]]], [[[0, 4, 5, 6, 0]]]]
        b: f32[2] = [5, 6]
        c: f32[2, 1, 1] = [[[5]], [[6]]]
        s: f32[2, 1, 1] = [[[2]], [[3]]]
        s1: f32[2, 1, 1] = [[[1]], [[3]]]
        turned: f32[2, 1, 1] = [[[3]], [[2]]]
        turnedc: f32[2, 1, 1] = [[[6]], [[5]]]
        minus: f32[2, 1, 1] = [[[2]], [[-3]]]
        merged: f32[2, 2, 1, 3] = [[[[1, 5, 3]], [[0, 2, 0]]], [[[0, 3, 0]], [[4, 12, 6]]]]
        almost: f32[2, 2, 1, 3] = [[[[1, 5, 3]], [[0, 2, 0]]], [[[0, 3, 0]], [[4, 11, 6]]]]
        ones: f32[4] = [1, 1, 1, 1]
        two: f32[] = 2
      """;

  private static Graph graph(String body) {
    return TextReader.read(SETTING + body.replace(";", "\n") + "\n}\n", "m").graph();
  }

  private static Finding judge(String before, String after) {
    Graph target = graph(after);
    return Certificate.of(new Replacement(graph(before), target, target.inputs()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = Conv(x, w) * two | y = Conv(x, v)
          y = Conv(x * two, w) | y = Conv(x, v)
          y = Conv(x * s1, w) | y = Conv(x, t)
          y = Conv(x, w) + c | y = Conv(x, w, b)
          y = c + Conv(x, w) | y = Conv(x, w, b)
          y = Conv(x, w) / two + Conv(x, w) / two | y = Conv(x, w)
          y = Conv(x, w) - Conv(x, v) | y = Conv(x, w) * -1
          y = Relu(Conv(x, w)) | y = crease.FusedConv(x, w, activation = "Relu")
          y = Relu(Conv(x, w, b) + z) | y = crease.FusedConv(x, w, b, z, activation = "Relu")
          y = Clip(Conv(x, w), 0, 6) | y = crease.FusedConv(x, w, activation = "Clip", alpha = 0, beta = 6)
          y = Conv(x * s, k, group = 2, pads = [0, 1, 0, 1]) | y = Conv(x, k2, group = 2, pads = [0, 1, 0, 1])
          y = Conv(x, k, group = 2, pads = [0, 1, 0, 1]) | y = Conv(x, wide, group = 2, pads = [0, 2, 0, 2])
          y = Sum(x, z, x) | y = z + x * two
          y = Sigmoid(x + c) | y = Sigmoid(c + x)
          y = Relu(x - z) | y = Relu(x + z * -1)
          y = Relu(x * two) | y = Relu(x) * two
          y = x + Conv(x, one) | y = x * two
          y = Conv(x, w) + Conv(x, k, group = 2, pads = [0, 1, 0, 1]) + x * s | y = Conv(x, merged, pads = [0, 1, 0, 1])
          y = Relu(Conv(x, w) + Conv(x, v)) | y = Relu(Conv(x, w) * 3)
          y = Relu(Conv(x, w) * two) | y = Relu(Conv(x, w)) * two
          y = MaxPool(Conv(x, w), kernel_shape = [1, 1]) * s + c | y = MaxPool(Conv(x, w) * s + c, kernel_shape = [1, 1])
          y = Transpose(Transpose(x * s, perm = [0, 1, 3, 2]), perm = [0, 1, 3, 2]) | y = Transpose(Transpose(x, perm = [0, 1, 3, 2]), perm = [0, 1, 3, 2]) * s
          y = Slice(x * s + c, [-1], [-9], [1], [-1]) | y = Slice(x, [-1], [-9], [1], [-1]) * turned + turnedc
          y = Resize(x * s + c, _, ones) | y = Resize(x, _, ones) * s + c
          """)
  void equal(String before, String after) {
    assertThat(judge(before, after)).isInstanceOf(Finding.Proved.class);
    assertThat(judge(after, before)).isNotInstanceOf(Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = two - Conv(x, w) | y = Conv(x, w) - two
          y = c - Conv(x, w) | y = Conv(x, w, b)
          y = Conv(x, w) * two | y = Conv(x, w)
          y = Conv(x, w) + c | y = Conv(x, w)
          y = Conv(x * s1, w) | y = Conv(x, w) * s1
          y = Conv(x, w, b) * two | y = Conv(x, v, b)
          y = Relu(Conv(x, w)) | y = crease.FusedConv(x, v, activation = "Relu")
          y = Relu(Conv(x, w, b)) | y = crease.FusedConv(x, w, activation = "Relu")
          y = Relu(Conv(x, w) + z) | y = crease.FusedConv(x, w, _, x, activation = "Relu")
          y = Conv(x, k, group = 2, pads = [0, 1, 0, 1]) | y = Conv(x, wide, group = 2, pads = [0, 1, 0, 3])
          y = Conv(x, k, group = 2, pads = [0, 1, 0, 1]) | y = Conv(x, k, group = 2, pads = [0, 0, 0, 2])
          y = x + z | y = x - z
          y = Conv(x, w) + Conv(x, k, group = 2, pads = [0, 1, 0, 1]) + x * s | y = Conv(x, almost, pads = [0, 1, 0, 1])
          y = Conv(x, w) + x | y = Conv(x, w)
          y = Conv(x, k, group = 2, pads = [0, 1, 0, 1]) | y = x * s
          y = x | y = z
          y = x + x | y = x
          """)
  void different(String before, String after) {
    assertThat(judge(before, after)).isInstanceOf(Finding.Refuted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = Conv(x + c, k, group = 2, pads = [0, 1, 0, 1]) | y = Conv(x, k, group = 2, pads = [0, 1, 0, 1]) + c
          y = Conv(Relu(x), w) | y = Relu(Conv(x, w))
          y = Relu(Conv(x, w)) * two | y = Relu(Conv(x, w)) + two
          y = Relu(Conv(x, w) + z) | y = Relu(Conv(x, w)) + z
          y = Relu(x) | y = Sigmoid(x)
          y = Clip(x, 0, 6) | y = Clip(x, 0, 5)
          y = Clip(Conv(x, w), 0, 6) | y = crease.FusedConv(x, w, activation = "Clip", alpha = 0, beta = 5)
          y = LeakyRelu(Conv(x, w), alpha = 0.5) | y = crease.FusedConv(x, w, activation = "LeakyRelu", alpha = 0.25)
          y = two / Conv(x, w) | y = Conv(x, w) / two
          y = x * z | y = x
          y = Relu(x * minus) | y = Relu(x) * minus
          y = Relu(Conv(x, w) * minus) | y = Relu(Conv(x, w)) * minus
          y = Relu(x + c) | y = Relu(x) + c
          y = MaxPool(x * minus, kernel_shape = [1, 1]) | y = MaxPool(x, kernel_shape = [1, 1]) * minus
          y = Slice(x * s, [-1], [-9], [1], [-1]) | y = Slice(x, [-1], [-9], [1], [-1]) * s
          y = AveragePool(x + c, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1) | y = AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1], count_include_pad = 1) + c
          y = Concat(Slice(x, [0], [1], [1]), Slice(z, [0], [1], [1]), axis = 1) * s | y = Concat(Slice(x, [0], [1], [1]), Slice(z, [0], [1], [1]), axis = 1) * turned
          """)
  void notProved(String before, String after) {
    assertThat(judge(before, after)).isNotInstanceOf(Finding.Proved.class);
  }

  @Test
  void aRefutationNamesThePlace() {
    String text = judge("y = Conv(x, w) * two", "y = Conv(x, t)").toString();
    assertThat(text)
        .contains("output `y`", "output channel 0, input channel 0", "expected 2.0", "got 1.0");
  }

  @Test
  void exactlyEqualIsIdentical() {
    Graph graph = graph("y = Relu(Conv(x, w) * two + c)");
    assertThat(Certificate.of(new Replacement(graph, graph, graph.inputs())))
        .isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 2));
    assertThat(judge("y = Conv(x, w) * two", "y = Conv(x, v)"))
        .isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 5));
  }
}
