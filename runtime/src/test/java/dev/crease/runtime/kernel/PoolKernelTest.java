package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.plan.PoolKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolKernelTest {
  /// Sizes `{C, D, H, W}`, kernel, strides, dilations, padding before and after, `{D, H, W}` each.
  private static final int[][][] CASES = {
    {{5, 1, 8, 9}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}},
    {{16, 1, 13, 14}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}},
    {{17, 1, 7, 12}, {1, 2, 2}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}},
    {{3, 4, 5, 6}, {2, 3, 2}, {1, 2, 1}, {1, 1, 2}, {0, 1, 1}, {1, 0, 1}},
    {{6, 1, 9, 38}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}},
    {{4, 1, 6, 26}, {1, 3, 3}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}},
    {{8, 1, 1, 20}, {1, 1, 5}, {1, 1, 3}, {1, 1, 1}, {0, 0, 2}, {0, 0, 2}},
  };

  @ParameterizedTest
  @EnumSource
  void agreesWithPlainLoops(PoolKind kind) {
    for (int[][] c : CASES) {
      for (boolean ceil : new boolean[] {false, true}) {
        for (int lanes : new int[] {4, 8, 16}) {
          check(kind, c, ceil, new ScalarMicrokernels(lanes));
          check(kind, c, ceil, new VectorMicrokernels(lanes));
        }
      }
    }
  }

  /// Bit for bit as plain loops, whatever the order of the taps: NaN, infinities, zeros of both
  /// signs.
  @Test
  void maximaOfOddNumbers() {
    float[] odd = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, -0f, 0f, -1, 1e38f};
    for (int lanes : new int[] {4, 8, 16}) {
      for (int size = 1; size <= 3; size++) {
        for (int stride = 1; stride <= 3; stride++) {
          for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int pixels = 1 + random.nextInt(30);
            int width = (pixels - 1) * stride + size;
            float[] x = new float[3 * width * lanes];
            for (int i = 0; i < x.length; i++) {
              int kind = random.nextInt(seed % 4 == 0 ? 8 : 200);
              x[i] = kind < odd.length ? odd[kind] : seed % 4 == 1 ? -0f : random.nextFloat();
            }
            var geometry = new PoolGeometry(stride * lanes, 0, width * lanes, lanes);
            float[] expected = new float[pixels * lanes];
            float[] actual = new float[pixels * lanes];
            new ScalarMicrokernels(lanes)
                .maxPool(geometry, 1, size, size, x, 0, expected, 0, pixels);
            new VectorMicrokernels(lanes).maxPool(geometry, 1, size, size, x, 0, actual, 0, pixels);
            for (int i = 0; i < actual.length; i++) {
              assertThat(Float.floatToIntBits(actual[i]))
                  .as("%d lanes, window %d, stride %d, seed %d, %d", lanes, size, stride, seed, i)
                  .isEqualTo(Float.floatToIntBits(expected[i]));
            }
          }
        }
      }
    }
  }

  private static int outSize(int[][] c, int i, boolean ceil) {
    int room = c[0][i + 1] + c[4][i] + c[5][i] - (c[1][i] - 1) * c[3][i] - 1;
    int size = (ceil ? Math.ceilDiv(room, c[2][i]) : room / c[2][i]) + 1;
    // A last window that would start past the picture and its padding before is dropped.
    return (size - 1) * c[2][i] >= c[0][i + 1] + c[4][i] ? size - 1 : size;
  }

  private static void check(PoolKind kind, int[][] c, boolean ceil, Microkernels microkernels) {
    int[] s = c[0];
    int[] in = {2, s[0], s[1], s[2], s[3]};
    int[] out = {2, s[0], outSize(c, 0, ceil), outSize(c, 1, ceil), outSize(c, 2, ceil)};
    float[] x = Pixels.random(new Random(1), 2 * s[0] * s[1] * s[2] * s[3]);
    Blocked from = Pixels.of(microkernels.lanes(), in, x, new int[] {0, 1, 0}, new int[] {0, 0, 1});
    Blocked to = Pixels.empty(microkernels.lanes(), out, Pixels.NO_HALO, new int[] {0, 1, 1});
    Pixels.run(
        new PoolKernel(microkernels, kind, from, to, c[1], c[2], c[3], c[4], c[5], List.of()));
    assertThat(Pixels.tail(to)).isZero();
    float[] y = Pixels.plain(to);
    int i = 0;
    for (int plane = 0; plane < 2 * s[0]; plane++) {
      for (int d = 0; d < out[2]; d++) {
        for (int h = 0; h < out[3]; h++) {
          for (int w = 0; w < out[4]; w++) {
            double expected = window(kind, c, x, plane, new int[] {d, h, w});
            assertThat((double) y[i++]).isCloseTo(expected, within(1e-6));
          }
        }
      }
    }
  }

  private static double window(PoolKind kind, int[][] c, float[] x, int plane, int[] at) {
    int[] size = {c[0][1], c[0][2], c[0][3]};
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int inside = 0;
    int padded = 0;
    for (int a = 0; a < c[1][0]; a++) {
      for (int b = 0; b < c[1][1]; b++) {
        for (int e = 0; e < c[1][2]; e++) {
          int[] tap = {a, b, e};
          boolean in = true;
          boolean near = true;
          int index = plane;
          for (int i = 0; i < 3; i++) {
            int p = at[i] * c[2][i] + tap[i] * c[3][i] - c[4][i];
            in &= p >= 0 && p < size[i];
            near &= p < size[i] + c[5][i];
            index = index * size[i] + p;
          }
          padded += near ? 1 : 0;
          if (in) {
            inside++;
            sum += x[index];
            max = Math.max(max, x[index]);
          }
        }
      }
    }
    return switch (kind) {
      case MAX -> max;
      case AVERAGE -> sum / inside;
      case AVERAGE_WITH_PADDING -> sum / padded;
    };
  }

  @ParameterizedTest
  @EnumSource
  void globalPool(PoolKind kind) {
    for (int lanes : new int[] {4, 16}) {
      int[] shape = {2, 7, 3, 4, 5};
      float[] x = Pixels.random(new Random(2), 2 * 7 * 60);
      Blocked from = Pixels.of(lanes, shape, x, new int[] {1, 1, 1}, Pixels.NO_HALO);
      Blocked to = Pixels.empty(lanes, new int[] {2, 7, 1, 1, 1}, Pixels.NO_HALO, Pixels.NO_HALO);
      Pixels.run(new GlobalPoolKernel(new VectorMicrokernels(lanes), kind, from, to));
      assertThat(Pixels.tail(to)).isZero();
      float[] y = Pixels.plain(to);
      for (int plane = 0; plane < 14; plane++) {
        double sum = 0;
        double max = -9;
        for (int i = 0; i < 60; i++) {
          sum += x[plane * 60 + i];
          max = Math.max(max, x[plane * 60 + i]);
        }
        assertThat((double) y[plane])
            .isCloseTo(kind == PoolKind.MAX ? max : sum / 60, within(1e-6));
      }
    }
  }
}
