package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// Kernels that take vectors with one element per channel.
class ChannelKernelTest {
  private static final int[] SHAPE = {2, 11, 2, 3, 4};
  private static final int[] HALO = {1, 0, 2};
  private static final Microkernels VECTOR = new VectorMicrokernels(8);

  private static Blocked vector(float[] elements) {
    int[] shape = {1, elements.length, 1, 1, 1};
    return Pixels.of(8, shape, elements, Pixels.NO_HALO, Pixels.NO_HALO);
  }

  /// Bounds that do not hold zero, and infinite ones.
  @Test
  void clampsInPlaceAndKeepsLanesPastTheLastChannelZero() {
    float[] lower = new float[11];
    float[] upper = new float[11];
    for (int c = 0; c < 11; c++) {
      lower[c] = c % 3 == 0 ? Float.NEGATIVE_INFINITY : 0.1f * c - 0.5f;
      upper[c] = c % 4 == 0 ? Float.POSITIVE_INFINITY : 0.1f * c - 0.3f;
    }
    float[] plain = Pixels.random(new Random(3), 2 * 11 * 24);
    plain[5] = Float.NaN;
    for (int[] halo : new int[][] {HALO, Pixels.NO_HALO}) {
      Blocked x = Pixels.of(8, SHAPE, plain, halo, halo);
      Blocked y = Pixels.empty(8, SHAPE, HALO, Pixels.NO_HALO);
      Pixels.run(new ClampKernel(VECTOR, x, vector(lower), vector(upper), y));
      Pixels.run(new ClampKernel(VECTOR, x, vector(lower), vector(upper), x));
      float[] got = Pixels.plain(x);
      assertThat(Pixels.plain(y)).isEqualTo(got);
      for (int i = 0; i < plain.length; i++) {
        int c = i / 24 % 11;
        float expected = Math.min(Math.max(plain[i], lower[c]), upper[c]);
        assertThat(got[i]).as("element %d", i).isEqualTo(Float.valueOf(expected));
      }
      assertThat(Pixels.tail(x)).isZero();
      assertThat(Pixels.tail(y)).isZero();
    }
  }

  @Test
  void aBoundForOtherChannelsIsRefused() {
    Blocked x = Pixels.empty(8, SHAPE, HALO, HALO);
    Blocked few = vector(new float[10]);
    Blocked all = vector(new float[11]);
    assertThatThrownBy(() -> new ClampKernel(VECTOR, x, all, few, x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 channels for 11");
  }
}
