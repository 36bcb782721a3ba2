package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Functions with vectors that have one element per channel, against their formulas.
class ChannelwiseKernelTest {
  private static final int[] SHAPE = {2, 11, 2, 3, 4};
  private static final int[] HALO = {1, 0, 2};
  private static final Microkernels VECTOR = new VectorMicrokernels(8);

  private final float[] plain = Pixels.random(new Random(3), 2 * 11 * 24);
  private final float[] lower = new float[11];
  private final float[] upper = new float[11];

  private interface Formula {
    float of(float x, int channel);
  }

  /// Bounds that do not hold zero, and infinite ones.
  ChannelwiseKernelTest() {
    plain[5] = Float.NaN;
    for (int c = 0; c < 11; c++) {
      lower[c] = c % 3 == 0 ? Float.NEGATIVE_INFINITY : 0.1f * c - 0.5f;
      upper[c] = c % 4 == 0 ? Float.POSITIVE_INFINITY : 0.1f * c - 0.3f;
    }
  }

  @Test
  void clamps() {
    check(
        List.of(new RowFunction.Clamp(vector(lower), vector(upper))),
        (x, c) -> Math.min(Math.max(x, lower[c]), upper[c]));
  }

  @Test
  void normalizesAndClamps() {
    float[] mean = Pixels.random(new Random(4), 11);
    float[] slope = Pixels.random(new Random(5), 11);
    float[] bias = Pixels.random(new Random(6), 11);
    check(
        List.of(
            new RowFunction.Normalize(vector(mean), vector(slope), vector(bias)),
            new RowFunction.Clamp(vector(lower), vector(upper))),
        (x, c) -> Math.min(Math.max(Math.fma(x - mean[c], slope[c], bias[c]), lower[c]), upper[c]));
  }

  private static Blocked vector(float[] elements) {
    int[] shape = {1, elements.length, 1, 1, 1};
    return Pixels.of(8, shape, elements, Pixels.NO_HALO, Pixels.NO_HALO);
  }

  /// In place and elsewhere, with rows that follow each other and with halos around them.
  private void check(List<RowFunction> functions, Formula formula) {
    for (int[] halo : new int[][] {HALO, Pixels.NO_HALO}) {
      Blocked x = Pixels.of(8, SHAPE, plain, halo, halo);
      Blocked y = Pixels.empty(8, SHAPE, HALO, Pixels.NO_HALO);
      Pixels.run(new ChannelwiseKernel(VECTOR, x, y, functions));
      Pixels.run(new ChannelwiseKernel(VECTOR, x, x, functions));
      float[] got = Pixels.plain(x);
      assertThat(Pixels.plain(y)).isEqualTo(got);
      for (int i = 0; i < plain.length; i++) {
        float expected = formula.of(plain[i], i / 24 % 11);
        assertThat(got[i]).as("element %d", i).isEqualTo(Float.valueOf(expected));
      }
      assertThat(Pixels.tail(x)).isZero();
      assertThat(Pixels.tail(y)).isZero();
    }
  }
}
