package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Functions that a kernel applies to its rows give the bits that they give in sweeps of their own.
class EpilogueTest {
  private static final int[] ONE = {1, 1, 1};
  private static final int[] ZERO = {0, 0, 0};
  private static final int[] PAD = {0, 1, 1};

  /// A kernel with an epilogue, and the shape `(N, C, D, H, W)` of what it reads and writes.
  private enum Producer {
    CONV(2, 11, 1, 5, 6),
    WIDE_CONV(1, 33, 1, 3, 230),
    POINTWISE_CONV_WITH_RESIDUAL(2, 18, 1, 20, 24),
    GROUPED_CONV(1, 30, 1, 4, 7),
    DEPTHWISE(2, 21, 1, 5, 6),
    DEPTHWISE_WITH_RESIDUAL(1, 7, 1, 4, 9),
    MAX_POOL(1, 13, 1, 6, 5),
    AVERAGE_POOL(2, 9, 1, 5, 5),
    SUM(2, 13, 2, 3, 5),
    QUOTIENT(1, 11, 1, 4, 6),
    CHANNELWISE(1, 19, 1, 5, 4);

    final int[] shape;

    Producer(int... shape) {
      this.shape = shape;
    }

    Kernel of(Microkernels m, Blocked y, List<RowFunction> functions) {
      int[] window = {1, 3, 3};
      return switch (this) {
        case CONV -> conv(m, y, window, PAD, 1, false, functions);
        case WIDE_CONV -> conv(m, y, window, PAD, 1, true, functions);
        case POINTWISE_CONV_WITH_RESIDUAL -> conv(m, y, ONE, ZERO, 1, true, functions);
        case GROUPED_CONV -> conv(m, y, window, PAD, 3, false, functions);
        case DEPTHWISE -> depthwise(m, y, false, functions);
        case DEPTHWISE_WITH_RESIDUAL -> depthwise(m, y, true, functions);
        case MAX_POOL -> pool(PoolKind.MAX, m, y, functions);
        case AVERAGE_POOL -> pool(PoolKind.AVERAGE, m, y, functions);
        case SUM ->
            new BlockedBinaryKernel(
                m, BinaryFunction.ADD, tensor(m, 1), tensor(m, 2), y, functions);
        case QUOTIENT ->
            new BlockedBinaryKernel(
                m, BinaryFunction.DIV, tensor(m, 1), vector(m, shape[1], 2), y, functions);
        case CHANNELWISE -> {
          List<RowFunction> copied = List.of(new RowFunction.Apply(Activation.NONE));
          yield new ChannelwiseKernel(m, tensor(m, 1), y, functions.isEmpty() ? copied : functions);
        }
      };
    }

    private Kernel conv(
        Microkernels m,
        Blocked y,
        int[] window,
        int[] pads,
        int group,
        boolean residual,
        List<RowFunction> functions) {
      int taps = window[1] * window[2];
      int channels = shape[1];
      float[] weights = Pixels.random(new Random(7), channels * channels / group * taps);
      return new ConvKernel(
          m,
          tensor(m, 1),
          new ConvPacking(channels, channels, group, taps, m.lanes()).pack(weights),
          0,
          null,
          0,
          residual ? tensor(m, 2) : null,
          y,
          window,
          ONE,
          ONE,
          pads,
          group,
          functions);
    }

    private Kernel depthwise(
        Microkernels m, Blocked y, boolean residual, List<RowFunction> functions) {
      float[] weights = Pixels.random(new Random(7), shape[1] * 9);
      return new DepthwiseConvKernel(
          m,
          tensor(m, 1),
          Packing.depthwise(weights, shape[1], 9, m.lanes()),
          0,
          null,
          0,
          residual ? tensor(m, 2) : null,
          y,
          new int[] {1, 3, 3},
          ONE,
          ONE,
          PAD,
          functions);
    }

    private Kernel pool(PoolKind kind, Microkernels m, Blocked y, List<RowFunction> functions) {
      int[] window = {1, 3, 3};
      return new PoolKernel(m, kind, tensor(m, 1), y, window, ONE, ONE, PAD, PAD, functions);
    }

    private Blocked tensor(Microkernels m, int seed) {
      int count = shape[0] * shape[1] * shape[2] * shape[3] * shape[4];
      int[] halo = this == POINTWISE_CONV_WITH_RESIDUAL ? ZERO : PAD;
      return Pixels.of(m.lanes(), shape, Pixels.random(new Random(seed), count), halo, halo);
    }

    private Blocked empty(int lanes) {
      return Pixels.empty(lanes, shape, this == POINTWISE_CONV_WITH_RESIDUAL ? ZERO : PAD, ZERO);
    }
  }

  private static Blocked vector(Microkernels m, int channels, int seed) {
    float[] elements = Pixels.random(new Random(seed), channels);
    return Pixels.of(m.lanes(), new int[] {1, channels, 1, 1, 1}, elements, ZERO, ZERO);
  }

  private static RowFunction apply(UnaryFunction function) {
    return new RowFunction.Apply(new Activation(function, 0, 0));
  }

  /// Those before the last agree bit for bit in scalar and vector kernels.
  private static List<List<RowFunction>> epilogues(Microkernels m, int channels) {
    Blocked low = vector(m, channels, 21);
    Blocked high = vector(m, channels, 22);
    var normalize = new RowFunction.Normalize(vector(m, channels, 23), low, high);
    var clamp = new RowFunction.Clamp(low, high);
    RowFunction relu = apply(UnaryFunction.RELU);
    return List.of(
        List.of(relu),
        List.of(normalize),
        List.of(clamp),
        List.of(relu, normalize),
        List.of(relu, normalize, relu),
        List.of(normalize, clamp, normalize),
        List.of(apply(UnaryFunction.RECIPROCAL), normalize, clamp),
        List.of(apply(UnaryFunction.EXP), normalize, apply(UnaryFunction.SIGMOID)));
  }

  @ParameterizedTest
  @EnumSource
  void asInSweepsOfTheirOwn(Producer producer) {
    for (int lanes : new int[] {4, 8, 16}) {
      for (Microkernels m : List.of(new ScalarMicrokernels(lanes), new VectorMicrokernels(lanes))) {
        for (List<RowFunction> functions : epilogues(m, producer.shape[1])) {
          Blocked y = producer.empty(lanes);
          Pixels.run(producer.of(m, y, functions));
          Blocked swept = producer.empty(lanes);
          Pixels.run(producer.of(m, swept, List.of()));
          for (RowFunction function : functions) {
            Pixels.run(new ChannelwiseKernel(m, swept, swept, List.of(function)));
          }
          assertThat(Pixels.plain(y)).as("%d lanes, %s", lanes, m).isEqualTo(Pixels.plain(swept));
          assertThat(Pixels.tail(y)).as("lanes past the last channel").isZero();
        }
      }
    }
  }

  /// But for means, which they do not divide alike.
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void scalarAndVectorAgreeBitForBit(int lanes) {
    for (Producer producer : EnumSet.complementOf(EnumSet.of(Producer.AVERAGE_POOL))) {
      Microkernels scalar = new ScalarMicrokernels(lanes);
      Microkernels vector = new VectorMicrokernels(lanes);
      int channels = producer.shape[1];
      int count = epilogues(scalar, channels).size() - 1;
      for (int i = 0; i < count; i++) {
        Blocked plain = producer.empty(lanes);
        Pixels.run(producer.of(scalar, plain, epilogues(scalar, channels).get(i)));
        Blocked fast = producer.empty(lanes);
        Pixels.run(producer.of(vector, fast, epilogues(vector, channels).get(i)));
        assertThat(Pixels.plain(fast)).as("%s, %d", producer, i).isEqualTo(Pixels.plain(plain));
      }
    }
  }
}
