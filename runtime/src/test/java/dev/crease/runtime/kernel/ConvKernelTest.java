package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Convolutions of all kinds against seven plain loops in double.
class ConvKernelTest {
  private static final Activation RELU = new Activation(UnaryFunction.RELU, 0, 0);
  private static final Activation SIGMOID = new Activation(UnaryFunction.SIGMOID, 0, 0);
  private static final Activation CLIP = new Activation(UnaryFunction.CLIP, 0.25f, 0.5f);

  /// One convolution; spatial entries are `{depth, height, width}`.
  record Case(
      int batch,
      int inputs,
      int outputs,
      int group,
      int[] size,
      int[] kernel,
      int[] strides,
      int[] dilations,
      int[] pads,
      boolean bias,
      boolean residual,
      Activation activation) {
    int outSize(int i) {
      return (size[i] + 2 * pads[i] - (kernel[i] - 1) * dilations[i] - 1) / strides[i] + 1;
    }

    int[] inShape() {
      return new int[] {batch, inputs, size[0], size[1], size[2]};
    }

    int[] outShape() {
      return new int[] {batch, outputs, outSize(0), outSize(1), outSize(2)};
    }

    @Override
    public String toString() {
      return "N%d C%d M%d G%d size%s kernel%s strides%s dilations%s pads%s %s%s%s"
          .formatted(
              batch,
              inputs,
              outputs,
              group,
              Arrays.toString(size),
              Arrays.toString(kernel),
              Arrays.toString(strides),
              Arrays.toString(dilations),
              Arrays.toString(pads),
              bias ? "bias " : "",
              residual ? "residual " : "",
              activation.function());
    }
  }

  private static int[] of(int... values) {
    return values;
  }

  private static final int[] ONE = {1, 1, 1};
  private static final int[] ZERO = {0, 0, 0};

  private static Case flat(
      int c, int m, int group, int h, int w, int k, int s, int d, int p, Activation activation) {
    return new Case(
        1 + c % 2,
        c,
        m,
        group,
        of(1, h, w),
        of(1, k, k),
        of(1, s, s),
        of(1, d, d),
        of(0, p, p),
        c % 3 != 0,
        activation != Activation.NONE && h % 2 != 0,
        activation);
  }

  private static final List<Case> CASES =
      List.of(
          flat(3, 17, 1, 9, 15, 3, 2, 1, 1, RELU),
          flat(16, 32, 1, 7, 7, 3, 1, 1, 1, RELU),
          flat(16, 16, 1, 5, 14, 3, 1, 1, 1, Activation.NONE),
          flat(20, 33, 1, 4, 13, 1, 1, 1, 0, CLIP),
          flat(33, 48, 1, 7, 7, 1, 1, 1, 0, SIGMOID),
          flat(5, 8, 1, 11, 8, 5, 1, 1, 2, RELU),
          flat(7, 13, 1, 12, 33, 3, 1, 2, 2, SIGMOID),
          flat(8, 4, 1, 3, 3, 3, 1, 1, 1, Activation.NONE),
          flat(1, 1, 1, 1, 1, 1, 1, 1, 0, Activation.NONE),
          flat(64, 64, 1, 2, 28, 3, 1, 1, 1, RELU),
          flat(17, 40, 1, 6, 6, 2, 2, 1, 0, RELU),
          flat(32, 64, 2, 7, 9, 3, 1, 1, 1, RELU),
          flat(32, 32, 8, 5, 5, 3, 2, 1, 1, RELU),
          flat(30, 60, 3, 4, 7, 1, 1, 1, 0, Activation.NONE),
          flat(36, 18, 6, 5, 11, 3, 1, 1, 1, CLIP),
          flat(6, 12, 6, 4, 5, 3, 1, 1, 1, SIGMOID),
          flat(10, 10, 5, 9, 9, 3, 2, 1, 1, RELU),
          flat(60, 90, 3, 3, 21, 1, 1, 1, 0, RELU),
          flat(96, 64, 2, 7, 7, 1, 1, 1, 0, CLIP),
          flat(16, 16, 16, 4, 5, 3, 1, 1, 1, Activation.NONE),
          new Case(
              2,
              5,
              9,
              1,
              of(1, 1, 40),
              of(1, 1, 7),
              ONE,
              of(1, 1, 3),
              of(0, 0, 9),
              true,
              false,
              RELU),
          new Case(
              1,
              6,
              20,
              2,
              of(4, 5, 6),
              of(3, 2, 3),
              of(2, 1, 2),
              of(1, 2, 1),
              of(1, 1, 1),
              true,
              true,
              RELU),
          new Case(1, 18, 35, 1, of(3, 4, 500), ONE, ONE, ONE, ZERO, true, true, CLIP));

  static Stream<Case> cases() {
    return CASES.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPlainLoops(Case c) {
    for (int lanes : new int[] {4, 8, 16}) {
      float[] scalar = run(c, new ScalarMicrokernels(lanes));
      float[] vector = run(c, new VectorMicrokernels(lanes));
      double[] expected = expected(c);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) scalar[i])
            .as("element %d, %d lanes", i, lanes)
            .isCloseTo(expected[i], within(1e-5));
        assertThat((double) vector[i])
            .as("vector, element %d, %d lanes", i, lanes)
            .isCloseTo(expected[i], within(1e-5));
      }
      if (c.activation() != SIGMOID) {
        assertThat(vector).as("bits of vector and scalar").isEqualTo(scalar);
      }
    }
  }

  /// The sums are the same in the same order, wherever their inputs are.
  @ParameterizedTest
  @MethodSource("cases")
  void picturesAsPlanesGiveTheSameBits(Case c) {
    for (int lanes : new int[] {4, 8, 16}) {
      for (Microkernels kernels :
          List.of(new ScalarMicrokernels(lanes), new VectorMicrokernels(lanes))) {
        assertThat(run(c, 1, input(c), kernels))
            .as("%d lanes", lanes)
            .isEqualTo(run(c, lanes, input(c), kernels));
      }
    }
  }

  /// Zero weights would not do: zero times infinity is not a number.
  @ParameterizedTest
  @MethodSource("groupedCases")
  void whatIsInOneGroupStaysInIt(Case c) {
    float[] x = input(c);
    int pixels = c.size()[0] * c.size()[1] * c.size()[2];
    int spoilt = c.group() / 2;
    for (int i = 0; i < x.length; i++) {
      if (i / pixels % c.inputs() / (c.inputs() / c.group()) == spoilt) {
        x[i] = i % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      }
    }
    int[] out = c.outShape();
    int outPixels = out[2] * out[3] * out[4];
    for (int lanes : new int[] {4, 8, 16}) {
      for (Microkernels kernels :
          List.of(new ScalarMicrokernels(lanes), new VectorMicrokernels(lanes))) {
        float[] clean = run(c, input(c), kernels);
        float[] actual = run(c, x, kernels);
        for (int i = 0; i < actual.length; i++) {
          if (i / outPixels % c.outputs() / (c.outputs() / c.group()) != spoilt) {
            assertThat(actual[i]).as("element %d, %d lanes", i, lanes).isEqualTo(clean[i]);
          }
        }
      }
    }
  }

  static Stream<Case> groupedCases() {
    return cases().filter(c -> c.group() > 1);
  }

  private static float[] weights(Case c) {
    int taps = c.kernel()[0] * c.kernel()[1] * c.kernel()[2];
    int inputs = c.inputs() / c.group();
    float[] weights = Pixels.random(new Random(2), c.outputs() * inputs * taps);
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= (float) Math.sqrt(inputs * taps);
    }
    return weights;
  }

  private static float[] input(Case c) {
    int[] s = c.inShape();
    return Pixels.random(new Random(1), s[0] * s[1] * s[2] * s[3] * s[4]);
  }

  private static float[] residual(Case c) {
    int[] s = c.outShape();
    return Pixels.random(new Random(3), s[0] * s[1] * s[2] * s[3] * s[4]);
  }

  private static float[] run(Case c, Microkernels microkernels) {
    return run(c, input(c), microkernels);
  }

  private static float[] run(Case c, float[] input, Microkernels microkernels) {
    return run(c, microkernels.lanes(), input, microkernels);
  }

  /// @param inputLanes 1 for planes
  private static float[] run(Case c, int inputLanes, float[] input, Microkernels microkernels) {
    int lanes = microkernels.lanes();
    int taps = c.kernel()[0] * c.kernel()[1] * c.kernel()[2];
    Blocked x = Pixels.of(inputLanes, c.inShape(), input, c.pads(), c.pads());
    Blocked y = Pixels.empty(lanes, c.outShape(), c.residual() ? of(0, 1, 2) : ZERO, ZERO);
    float[] packed =
        new ConvPacking(c.outputs(), c.inputs(), c.group(), taps, lanes).pack(weights(c));
    float[] shifted = new float[packed.length + 5];
    System.arraycopy(packed, 0, shifted, 5, packed.length);
    float[] bias = c.bias() ? Packing.vector(bias(c), lanes) : null;
    Blocked residual =
        c.residual() ? Pixels.of(lanes, c.outShape(), residual(c), ZERO, ZERO) : null;
    Pixels.run(
        new ConvKernel(
            microkernels,
            x,
            shifted,
            5,
            bias,
            0,
            residual,
            y,
            c.kernel(),
            c.strides(),
            c.dilations(),
            c.pads(),
            c.group(),
            List.of(new RowFunction.Apply(c.activation()))));
    if (Arrays.equals(input, input(c))) {
      assertThat(Pixels.tail(y)).as("lanes past the last channel").isZero();
    }
    return Pixels.plain(y);
  }

  private static float[] bias(Case c) {
    return Pixels.random(new Random(4), c.outputs());
  }

  private static double[] expected(Case c) {
    int[] s = c.outShape();
    float[] bias = bias(c);
    float[] residual = residual(c);
    float[] x = input(c);
    float[] weights = weights(c);
    double[] y = new double[s[0] * s[1] * s[2] * s[3] * s[4]];
    int i = 0;
    for (int n = 0; n < s[0]; n++) {
      for (int m = 0; m < s[1]; m++) {
        for (int d = 0; d < s[2]; d++) {
          for (int h = 0; h < s[3]; h++) {
            for (int w = 0; w < s[4]; w++) {
              double sum = window(c, x, weights, n, m, d, h, w) + (c.bias() ? bias[m] : 0);
              sum += c.residual() ? residual[i] : 0;
              y[i++] = activated(c.activation(), sum);
            }
          }
        }
      }
    }
    return y;
  }

  private static double activated(Activation activation, double x) {
    return switch (activation.function()) {
      case RELU -> x < 0 ? 0 : x;
      case CLIP -> x < 0.25 ? 0.25 : Math.min(x, 0.5);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      default -> x;
    };
  }

  private static double window(
      Case c, float[] x, float[] weights, int n, int m, int d, int h, int w) {
    int groupInputs = c.inputs() / c.group();
    int first = m / (c.outputs() / c.group()) * groupInputs;
    double sum = 0;
    int at = m * groupInputs * c.kernel()[0] * c.kernel()[1] * c.kernel()[2];
    for (int i = 0; i < groupInputs; i++) {
      for (int kd = 0; kd < c.kernel()[0]; kd++) {
        for (int kh = 0; kh < c.kernel()[1]; kh++) {
          for (int kw = 0; kw < c.kernel()[2]; kw++) {
            int pd = d * c.strides()[0] + kd * c.dilations()[0] - c.pads()[0];
            int ph = h * c.strides()[1] + kh * c.dilations()[1] - c.pads()[1];
            int pw = w * c.strides()[2] + kw * c.dilations()[2] - c.pads()[2];
            double weight = weights[at++];
            if (pd >= 0
                && pd < c.size()[0]
                && ph >= 0
                && ph < c.size()[1]
                && pw >= 0
                && pw < c.size()[2]) {
              int channel = n * c.inputs() + first + i;
              sum +=
                  weight * x[((channel * c.size()[0] + pd) * c.size()[1] + ph) * c.size()[2] + pw];
            }
          }
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("depthwiseCases")
  void depthwiseAgreesWithPlainLoops(Case c) {
    for (int lanes : new int[] {4, 8, 16}) {
      float[] scalar = runDepthwise(c, new ScalarMicrokernels(lanes));
      float[] vector = runDepthwise(c, new VectorMicrokernels(lanes));
      double[] expected = expected(c);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) scalar[i])
            .as("element %d, %d lanes", i, lanes)
            .isCloseTo(expected[i], within(1e-5));
      }
      assertThat(vector).as("bits of vector and scalar").isEqualTo(scalar);
    }
  }

  static Stream<Case> depthwiseCases() {
    return Stream.of(
        flat(16, 16, 16, 7, 7, 3, 1, 1, 1, RELU),
        flat(33, 33, 33, 9, 17, 3, 2, 1, 1, CLIP),
        flat(7, 7, 7, 6, 10, 5, 1, 1, 2, Activation.NONE),
        flat(5, 5, 5, 9, 8, 3, 1, 2, 2, RELU),
        flat(20, 20, 20, 8, 17, 3, 1, 1, 1, CLIP),
        flat(18, 18, 18, 10, 33, 3, 2, 1, 1, RELU),
        flat(9, 9, 9, 6, 11, 5, 1, 1, 2, CLIP),
        flat(4, 4, 4, 4, 5, 3, 1, 1, 1, CLIP),
        new Case(
            1, 9, 9, 9, of(3, 4, 5), of(3, 3, 3), of(1, 2, 1), ONE, of(1, 1, 1), true, true, RELU));
  }

  private static float[] runDepthwise(Case c, Microkernels microkernels) {
    int lanes = microkernels.lanes();
    int taps = c.kernel()[0] * c.kernel()[1] * c.kernel()[2];
    Blocked x = Pixels.of(lanes, c.inShape(), input(c), c.pads(), c.pads());
    Blocked y = Pixels.empty(lanes, c.outShape(), ZERO, ZERO);
    float[] packed = Packing.depthwise(weights(c), c.outputs(), taps, lanes);
    Pixels.run(
        new DepthwiseConvKernel(
            microkernels,
            x,
            packed,
            0,
            c.bias() ? Packing.vector(bias(c), lanes) : null,
            0,
            c.residual() ? Pixels.of(lanes, c.outShape(), residual(c), ZERO, ZERO) : null,
            y,
            c.kernel(),
            c.strides(),
            c.dilations(),
            c.pads(),
            List.of(new RowFunction.Apply(c.activation()))));
    assertThat(Pixels.tail(y)).isZero();
    return Pixels.plain(y);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void packingIsUndone(Case c) {
    int taps = c.kernel()[0] * c.kernel()[1] * c.kernel()[2];
    for (int lanes : new int[] {4, 8, 16}) {
      float[] packed =
          new ConvPacking(c.outputs(), c.inputs(), c.group(), taps, lanes).pack(weights(c));
      assertThat(new ConvPacking(c.outputs(), c.inputs(), c.group(), taps, lanes).unpack(packed))
          .isEqualTo(weights(c));
    }
  }

  @org.junit.jupiter.api.Test
  void refusesWindowPastTheHalo() {
    Blocked x = Pixels.empty(4, of(1, 4, 1, 5, 5), of(0, 1, 0), of(0, 1, 1));
    Blocked y = Pixels.empty(4, of(1, 4, 1, 5, 5), ZERO, ZERO);
    ScalarMicrokernels microkernels = new ScalarMicrokernels(4);
    assertThatThrownBy(
            () ->
                new ConvKernel(
                    microkernels,
                    x,
                    new float[144],
                    0,
                    null,
                    0,
                    null,
                    y,
                    of(1, 3, 3),
                    ONE,
                    ONE,
                    of(0, 1, 1),
                    1,
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reads from -1")
        .hasMessageContaining("spatial dimension 2");
  }
}
