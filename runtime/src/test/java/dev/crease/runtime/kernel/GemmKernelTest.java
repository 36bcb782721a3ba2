package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GemmKernelTest {
  private static final Activation RELU = new Activation(UnaryFunction.RELU, 0, 0);

  static Strided view(float[] array, int... shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return new Strided(array, 0, shape, strides);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 300, 1000", "3, 17, 5", "50, 33, 130", "100, 64, 129", "7, 0, 20"})
  void multiplies(int rows, int depth, int columns) {
    for (int lanes : new int[] {4, 8, 16}) {
      Random random = new Random(rows);
      float[] a = Pixels.random(random, rows * depth);
      float[] b = Pixels.random(random, depth * columns);
      float[] bias = Pixels.random(random, columns + 4);
      float[] y = new float[rows * columns];
      Pixels.run(
          new GemmKernel(
              new VectorMicrokernels(lanes),
              view(a, rows, depth),
              Packing.gemm(b, 1, depth, columns, lanes),
              0,
              new int[0],
              bias,
              4,
              view(y, rows, columns),
              RELU));
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = bias[4 + j];
          for (int k = 0; k < depth; k++) {
            sum += (double) a[i * depth + k] * b[k * columns + j];
          }
          assertThat((double) y[i * columns + j]).isCloseTo(Math.max(0, sum), within(1e-4));
        }
      }
    }
  }

  /// `(2, 1, 3, 4)` times `(5, 4, 6)` is `(2, 5, 3, 6)`.
  @Test
  void broadcastsLeadingDimensions() {
    Random random = new Random(1);
    float[] a = Pixels.random(random, 2 * 3 * 4);
    float[] b = Pixels.random(random, 5 * 4 * 6);
    float[] y = new float[2 * 5 * 3 * 6];
    float[] packed = new float[Packing.gemmSize(5, 4, 6, 8)];
    Pixels.run(new PackGemmKernel(new VectorMicrokernels(8), view(b, 5, 4, 6), packed, 0));
    assertThat(packed).isEqualTo(Packing.gemm(b, 5, 4, 6, 8));
    Pixels.run(
        new GemmKernel(
            new VectorMicrokernels(8),
            view(a, 2, 1, 3, 4),
            packed,
            0,
            new int[] {5},
            null,
            0,
            view(y, 2, 5, 3, 6),
            Activation.NONE));
    for (int n = 0; n < 2; n++) {
      for (int m = 0; m < 5; m++) {
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 6; j++) {
            double sum = 0;
            for (int k = 0; k < 4; k++) {
              sum += (double) a[(n * 3 + i) * 4 + k] * b[(m * 4 + k) * 6 + j];
            }
            assertThat((double) y[((n * 5 + m) * 3 + i) * 6 + j]).isCloseTo(sum, within(1e-5));
          }
        }
      }
    }
  }

  /// `(2, 3, 4)` times `(4, 5)`: all rows are rows of one matrix.
  @Test
  void joinsRowsOfABatch() {
    Random random = new Random(2);
    float[] a = Pixels.random(random, 2 * 3 * 4);
    float[] b = Pixels.random(random, 4 * 5);
    float[] y = new float[2 * 3 * 5];
    GemmKernel kernel =
        new GemmKernel(
            new ScalarMicrokernels(4),
            view(a, 2, 3, 4),
            Packing.gemm(b, 1, 4, 5, 4),
            0,
            new int[0],
            null,
            0,
            view(y, 2, 3, 5),
            Activation.NONE);
    assertThat(kernel.tasks()).isEqualTo(1);
    Pixels.run(kernel);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 5; j++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += (double) a[i * 4 + k] * b[k * 5 + j];
        }
        assertThat((double) y[i * 5 + j]).isCloseTo(sum, within(1e-5));
      }
    }
  }

  @Test
  void packsTransposedOperands() {
    float[] b = Pixels.random(new Random(3), 7 * 5);
    float[] transposed = new float[35];
    for (int k = 0; k < 7; k++) {
      for (int j = 0; j < 5; j++) {
        transposed[j * 7 + k] = b[k * 5 + j];
      }
    }
    float[] packed = new float[Packing.gemmSize(1, 7, 5, 4)];
    Strided view = new Strided(transposed, 0, new int[] {7, 5}, new int[] {1, 7});
    Pixels.run(new PackGemmKernel(new ScalarMicrokernels(4), view, packed, 0));
    assertThat(packed).isEqualTo(Packing.gemm(b, 1, 7, 5, 4));
  }

  @Test
  void refusesScatteredRows() {
    Strided a = new Strided(new float[12], 0, new int[] {3, 4}, new int[] {1, 3});
    assertThatThrownBy(
            () ->
                new GemmKernel(
                    new ScalarMicrokernels(4),
                    a,
                    new float[16],
                    0,
                    new int[0],
                    null,
                    0,
                    view(new float[12], 3, 4),
                    Activation.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("contiguous");
  }
}
