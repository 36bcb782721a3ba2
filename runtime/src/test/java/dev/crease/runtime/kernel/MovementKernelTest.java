package dev.crease.runtime.kernel;

import static dev.crease.runtime.kernel.ElementwiseKernelTest.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Storage;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.ScatterFunction;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that only move elements.
class MovementKernelTest {
  /// The numbers 0 to `count - 1` in any storage.
  private static Object numbers(Storage storage, int count) {
    Object array = storage.allocate(count);
    for (int i = 0; i < count; i++) {
      switch (array) {
        case float[] a -> a[i] = i;
        case double[] a -> a[i] = i;
        case int[] a -> a[i] = i;
        case long[] a -> a[i] = i;
        case short[] a -> a[i] = (short) i;
        case byte[] a -> a[i] = (byte) i;
        case Object[] a -> a[i] = String.valueOf(i);
        default -> throw new AssertionError(array);
      }
    }
    return array;
  }

  @ParameterizedTest
  @EnumSource
  void transposes(Storage storage) {
    Object x = numbers(storage, 120);
    Object y = storage.allocate(120);
    Strided turned = new Strided(x, 0, new int[] {4, 2, 5, 3}, new int[] {5, 60, 1, 20});
    Pixels.run(new CopyKernel(turned, view(y, 4, 2, 5, 3)));
    int i = 0;
    for (int a = 0; a < 4; a++) {
      for (int b = 0; b < 2; b++) {
        for (int c = 0; c < 5; c++) {
          for (int d = 0; d < 3; d++) {
            assertThat(Array.get(y, i++)).isEqualTo(Array.get(x, a * 5 + b * 60 + c + d * 20));
          }
        }
      }
    }
  }

  @Test
  void transposesLargeMatrices() {
    int rows = 211;
    int columns = 307;
    float[] x = Pixels.random(new Random(1), rows * columns);
    float[] y = new float[x.length];
    Strided turned = new Strided(x, 0, new int[] {columns, rows}, new int[] {1, columns});
    Pixels.run(new CopyKernel(turned, view(y, columns, rows)));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        assertThat(y[j * rows + i]).isEqualTo(x[i * columns + j]);
      }
    }
  }

  @Test
  void slicesBackwards() {
    int[] x = (int[]) numbers(Storage.INT, 24);
    int[] y = new int[6];
    Strided slice = new Strided(x, 23, new int[] {2, 3}, new int[] {-12, -2});
    Pixels.run(new CopyKernel(slice, view(y, 2, 3)));
    assertThat(y).containsExactly(23, 21, 19, 11, 9, 7);
  }

  @Test
  void expandsAndFills() {
    long[] x = {1, 2, 3};
    long[] y = new long[12];
    Pixels.run(new CopyKernel(view(x, 3, 1), view(y, 2, 3, 2)));
    assertThat(y).containsExactly(1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3);
    Pixels.run(new FillKernel(x, 2, view(y, 2, 3, 2)));
    assertThat(y).containsOnly(3);
    assertThatThrownBy(() -> new CopyKernel(view(x, 3), view(y, 6, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3] does not broadcast to [6, 2]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gathers(boolean fixed) {
    int[] x = (int[]) numbers(Storage.INT, 24);
    long[] indices = {2, -3, 0, 2};
    int[] y = new int[2 * 4 * 4];
    Strided picks = view(indices, 2, 2);
    Pixels.run(new GatherKernel(view(x, 2, 3, 4), picks, view(y, 2, 2, 2, 4), 1, fixed));
    int i = 0;
    for (int a = 0; a < 2; a++) {
      for (int pick : new int[] {2, 0, 0, 2}) {
        for (int c = 0; c < 4; c++) {
          assertThat(y[i++]).isEqualTo(a * 12 + pick * 4 + c);
        }
      }
    }
    int[] one = {1};
    int[] row = new int[4];
    Strided scalar = new Strided(one, 0, new int[0], new int[0]);
    Pixels.run(new GatherKernel(view(x, 6, 4), scalar, view(row, 4), 0, fixed));
    assertThat(row).containsExactly(4, 5, 6, 7);
    indices[0] = 3;
    GatherKernel wrong = new GatherKernel(view(x, 2, 3, 4), picks, view(y, 2, 2, 2, 4), 1, fixed);
    assertThatThrownBy(() -> Pixels.run(wrong))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("index 3 is not in axis 1, whose size is 3");
  }

  /// Windows over the last axis, neighbours of which are copied together.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gathersWindows(boolean fixed) {
    float[] x = (float[]) numbers(Storage.FLOAT, 2 * 40);
    long[] indices = new long[3 * 30];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / 30 * 5 + i % 30;
    }
    float[] y = new float[2 * 90];
    Pixels.run(new GatherKernel(view(x, 2, 40), view(indices, 3, 30), view(y, 2, 3, 30), 1, fixed));
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isEqualTo(x[i / 90 * 40 + (int) indices[i % 90]]);
    }
  }

  /// The last of two updates of one place stays.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void scatters(boolean fixed) {
    float[] x = (float[]) numbers(Storage.FLOAT, 12);
    long[] indices = {0, 1, 0, 2, 0, 3, 2, -1, 0, 2};
    float[] updates = {-1, -2, -3, -4, -5};
    float[] y = new float[12];
    Pixels.run(scatter(x, indices, updates, y, fixed));
    assertThat(y).containsExactly(0, -1, -5, -3, 4, 5, 6, 7, 8, 9, 10, -4);
    indices[9] = 4;
    ScatterNdKernel wrong = scatter(x, indices, updates, y, fixed);
    assertThatThrownBy(() -> Pixels.run(wrong))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("index 4 is not in axis 1, whose size is 4");
  }

  private static ScatterNdKernel scatter(
      float[] x, long[] indices, float[] updates, float[] y, boolean fixed) {
    return new ScatterNdKernel(
        ElementType.FLOAT32,
        ScatterFunction.ASSIGN,
        view(x, 3, 4),
        view(indices, 5, 2),
        view(updates, 5),
        view(y, 3, 4),
        fixed);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void blocksAndBack(int lanes) {
    int[] shape = {2, 19, 1, 5, 7};
    float[] x = Pixels.random(new Random(5), 2 * 19 * 35);
    Blocked y = Pixels.empty(lanes, shape, new int[] {0, 1, 2}, new int[] {0, 2, 1});
    Arrays.fill(y.array(), 9);
    Pixels.run(new PackBlockedKernel(view(x, 2, 19, 5, 7), y));
    assertThat(Pixels.plain(y)).isEqualTo(x);
    assertThat(Pixels.tail(y)).isZero();
    float[] back = new float[x.length];
    Pixels.run(new UnpackBlockedKernel(y, view(back, 2, 19, 5, 7)));
    assertThat(back).isEqualTo(x);
    float[] packed = Packing.blocked(x, 2, 19, 35, lanes);
    Blocked tight = Pixels.empty(lanes, shape, Pixels.NO_HALO, Pixels.NO_HALO);
    Pixels.run(new BlockedCopyKernel(y, tight, 0));
    assertThat(
            java.util.Arrays.copyOfRange(
                tight.array(), tight.offset(), tight.offset() + packed.length))
        .isEqualTo(packed);
    assertThat(Packing.unpackBlocked(packed, 2, 19, 35, lanes)).isEqualTo(x);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void clearsHalosAndNothingElse(int lanes) {
    int[] shape = {2, 5, 2, 3, 4};
    Blocked y = Pixels.empty(lanes, shape, new int[] {1, 1, 2}, new int[] {0, 2, 1});
    java.util.Arrays.fill(y.array(), 7);
    Pixels.run(new HaloKernel(y));
    int sevens = 0;
    for (float value : y.array()) {
      sevens += value == 7 ? 1 : 0;
    }
    int margins = 6;
    assertThat(sevens).isEqualTo(2 * y.blocks() * 24 * lanes + margins);
    assertThat(Pixels.plain(y)).containsOnly(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void joinsChannelsAtAnyOffset(int lanes) {
    int[] parts = {3, 16, 1, 13, 8};
    int total = 41;
    Blocked y =
        Pixels.empty(lanes, new int[] {2, total, 1, 2, 3}, new int[] {0, 1, 1}, Pixels.NO_HALO);
    java.util.Arrays.fill(y.array(), 5);
    float[] expected = new float[2 * total * 6];
    int offset = 0;
    for (int part : parts) {
      float[] x = Pixels.random(new Random(part), 2 * part * 6);
      Blocked from =
          Pixels.of(lanes, new int[] {2, part, 1, 2, 3}, x, Pixels.NO_HALO, new int[] {0, 0, 1});
      Pixels.run(new BlockedCopyKernel(from, y, offset));
      for (int n = 0; n < 2; n++) {
        System.arraycopy(x, n * part * 6, expected, (n * total + offset) * 6, part * 6);
      }
      offset += part;
    }
    assertThat(Pixels.plain(y)).isEqualTo(expected);
    assertThat(Pixels.tail(y)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void selectsChannelsFromAnywhere(int lanes) {
    int[] shape = {2, 41, 1, 2, 3};
    float[] x = Pixels.random(new Random(1), 2 * 41 * 6);
    int[] shuffled = IntStream.range(0, 41).map(c -> c * 7 % 41).toArray();
    int[] aligned = IntStream.range(16, 41).toArray();
    int[] unaligned = IntStream.range(3, 30).toArray();
    int[] repeated = {40, 40, 0, 3};
    for (int[] channels : List.of(shuffled, aligned, unaligned, repeated)) {
      for (int halo = 0; halo < 2; halo++) {
        int[] around = {0, halo, halo};
        Blocked from = Pixels.of(lanes, shape, x, around, Pixels.NO_HALO);
        Blocked y =
            Pixels.empty(lanes, new int[] {2, channels.length, 1, 2, 3}, Pixels.NO_HALO, around);
        Arrays.fill(y.array(), 5);
        float[] expected = new float[2 * channels.length * 6];
        for (int n = 0; n < 2; n++) {
          for (int c = 0; c < channels.length; c++) {
            int to = (n * channels.length + c) * 6;
            System.arraycopy(x, (n * 41 + channels[c]) * 6, expected, to, 6);
          }
        }
        for (Microkernels microkernels :
            List.of(new ScalarMicrokernels(lanes), new VectorMicrokernels(lanes))) {
          Pixels.run(new SelectChannelsKernel(microkernels, from, y, channels));
          assertThat(Pixels.plain(y)).isEqualTo(expected);
          assertThat(Pixels.tail(y)).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void packingIsUndone(int lanes) {
    for (int n : new int[] {1, 3, 4, 5, 16, 17, 33}) {
      float[] x = Pixels.random(new Random(n), n * 6);
      float[] depthwise = Packing.depthwise(x, n, 6, lanes);
      assertThat(depthwise).hasSize(Packing.depthwiseSize(n, 6, lanes));
      assertThat(Packing.unpackDepthwise(depthwise, n, 6, lanes)).isEqualTo(x);
      assertThat(depthwise[lanes]).as("tap 1 of channel 0").isEqualTo(x[1]);
      float[] gemm = Packing.gemm(x, 2, 3, n, lanes);
      assertThat(gemm).hasSize(Packing.gemmSize(2, 3, n, lanes));
      assertThat(Packing.unpackGemm(gemm, 2, 3, n, lanes)).isEqualTo(x);
      float[] vector = Packing.vector(x, lanes);
      assertThat(vector).hasSize(Packing.vectorSize(6 * n, lanes)).startsWith(x);
      assertThat(Packing.unpackVector(vector, 6 * n)).isEqualTo(x);
    }
    assertThatThrownBy(() -> Packing.gemm(new float[5], 1, 2, 3, lanes))
        .hasMessageContaining("expected 6 elements, got 5");
  }
}
