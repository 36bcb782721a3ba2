package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every vector loop against its scalar twin, at sizes around the number of lanes.
class MicrokernelsTest {
  private static final int[] SIZES = {1, 3, 4, 5, 7, 8, 13, 16, 17, 33, 207};
  private static final int[] LANES = {4, 8, 16};

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    88.7f,
    -87.4f,
    -103f
  };

  /// Random numbers with the special ones among them.
  private static float[] numbers(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          random.nextInt(4) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : (random.nextFloat() - 0.5f) * 12;
    }
    return values;
  }

  private static void assertNear(float[] actual, float[] expected, int ulps, String what) {
    for (int i = 0; i < expected.length; i++) {
      float e = expected[i];
      if (Float.isNaN(e) || Float.isInfinite(e) || e == actual[i]) {
        assertThat(actual[i]).as("%s, element %d", what, i).isEqualTo(Float.valueOf(e));
      } else {
        assertThat((double) actual[i])
            .as("%s, element %d", what, i)
            .isCloseTo(e, within((double) ulps * Math.ulp(e)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void unary(UnaryFunction function) {
    for (int lanes : LANES) {
      for (int size : SIZES) {
        float[] x = numbers(size, size + 2);
        float[] scalar = new float[size + 3];
        float[] vector = new float[size + 3];
        Arrays.fill(scalar, 77);
        Arrays.fill(vector, 77);
        float alpha = 0.25f;
        float beta = 0.5f;
        new ScalarMicrokernels(lanes).unary(function, alpha, beta, x, 2, scalar, 1, size);
        new VectorMicrokernels(lanes).unary(function, alpha, beta, x, 2, vector, 1, size);
        for (int i = 0; i < size; i++) {
          vector[1 + i] = unless(cancellation(function, x[2 + i]), vector[1 + i], scalar[1 + i]);
        }
        assertNear(vector, scalar, 8, function + " of " + size + ", " + lanes + " lanes");
      }
    }
  }

  /// The Gelus multiply `x / 2` by 1 and a function near -1 that is within 8 units in its last
  /// place, 2^-24 each, or leave out what is below 1.1e-7.
  private static double cancellation(UnaryFunction function, float x) {
    return switch (function) {
      case GELU, GELU_TANH -> Math.min(Math.abs(x), 10) * 0x1p-21;
      default -> 0;
    };
  }

  /// What is expected, if `actual` is no further off than `most`.
  private static float unless(double most, float actual, float expected) {
    return Math.abs((double) actual - expected) <= most ? expected : actual;
  }

  /// The loops that stand in for vectors, to the bit.
  @Test
  void exponentialsOfTheTwin() {
    for (int lanes : LANES) {
      Microkernels vector = new VectorMicrokernels(lanes);
      Microkernels twin = vector.plain();
      for (int size : new int[] {1, 2, 4, 5, 7, 16, 33, 64, 207, 10_000}) {
        float[] x = numbers(size, size + 1);
        float[] expected = new float[size + 2];
        float[] actual = new float[size + 2];
        for (UnaryFunction function : List.of(UnaryFunction.EXP, UnaryFunction.SIGMOID)) {
          vector.unary(function, 0, 0, x, 1, expected, 2, size);
          twin.unary(function, 0, 0, x, 1, actual, 2, size);
          assertThat(actual).as("%s of %d, %d lanes", function, size, lanes).isEqualTo(expected);
        }
        for (int i = 0; i < x.length; i++) {
          x[i] = Float.isFinite(x[i]) ? Math.clamp(x[i], -200, 3) : -i;
        }
        float sum = vector.expSum(x, 1, 3, expected, 2, size);
        assertThat(twin.expSum(x, 1, 3, actual, 2, size)).isEqualTo(sum);
        assertThat(actual).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void unaryInPlace(UnaryFunction function) {
    float[] x = numbers(5, 37);
    float[] y = new float[37];
    VectorMicrokernels microkernels = new VectorMicrokernels(8);
    microkernels.unary(function, 0.1f, 0.5f, x, 0, y, 0, 37);
    microkernels.unary(function, 0.1f, 0.5f, x, 0, x, 0, 37);
    assertThat(x).isEqualTo(y);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_NONE,
      names = {"SHIFT_.*", "BIT_.*"})
  void binary(BinaryFunction function) {
    for (int lanes : LANES) {
      Microkernels scalar = new ScalarMicrokernels(lanes);
      Microkernels vector = new VectorMicrokernels(lanes);
      for (int size : SIZES) {
        float[] a = numbers(size, size + 1);
        float[] b = numbers(-size, size + 1);
        float[] expected = new float[size + 2];
        float[] actual = new float[size + 2];
        scalar.binary(function, a, 1, b, 0, expected, 1, size);
        vector.binary(function, a, 1, b, 0, actual, 1, size);
        assertThat(actual).isEqualTo(expected);
        for (boolean swapped : new boolean[] {false, true}) {
          scalar.binaryScalar(function, swapped, a, 0, b, size, expected, 1, size);
          vector.binaryScalar(function, swapped, a, 0, b, size, actual, 1, size);
          assertThat(actual).as("with a scalar, swapped %s", swapped).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_NONE,
      names = {"SHIFT_.*", "BIT_.*"})
  void binaryLanes(BinaryFunction function) {
    for (int lanes : LANES) {
      Microkernels scalar = new ScalarMicrokernels(lanes);
      Microkernels vector = new VectorMicrokernels(lanes);
      for (int pixels : new int[] {1, 2, 7}) {
        float[] a = numbers(pixels, pixels * lanes + 1);
        float[] b = numbers(-pixels, lanes + 2);
        for (boolean swapped : new boolean[] {false, true}) {
          float[] expected = new float[a.length + 1];
          float[] actual = new float[a.length + 1];
          scalar.binaryLanes(function, swapped, a, 1, b, 2, expected, 1, pixels);
          vector.binaryLanes(function, swapped, a, 1, b, 2, actual, 1, pixels);
          assertThat(actual).isEqualTo(expected);
          float first =
              swapped
                  ? ScalarFunctions.binary(function, b[2], a[1])
                  : ScalarFunctions.binary(function, a[1], b[2]);
          assertThat(actual[1]).isEqualTo(Float.valueOf(first));
        }
      }
    }
  }

  @Test
  void normalize() {
    for (int lanes : LANES) {
      for (int pixels : new int[] {1, 2, 7}) {
        float[] x = numbers(pixels, pixels * lanes + 1);
        float[] vectors = numbers(lanes, 3 * lanes);
        float[] expected = new float[x.length + 1];
        float[] actual = new float[x.length + 1];
        int twice = 2 * lanes;
        new ScalarMicrokernels(lanes)
            .normalize(x, 1, vectors, 0, vectors, lanes, vectors, twice, expected, 2, pixels);
        new VectorMicrokernels(lanes)
            .normalize(x, 1, vectors, 0, vectors, lanes, vectors, twice, actual, 2, pixels);
        assertThat(actual).isEqualTo(expected);
        float first = Math.fma(x[1] - vectors[0], vectors[lanes], vectors[twice]);
        assertThat(actual[2]).isEqualTo(Float.valueOf(first));
      }
    }
  }

  @Test
  void clamp() {
    for (int lanes : LANES) {
      for (int pixels : new int[] {1, 2, 7}) {
        float[] x = numbers(pixels, pixels * lanes + 1);
        float[] bounds = numbers(lanes, 2 * lanes + 1);
        float[] expected = new float[x.length + 1];
        float[] actual = new float[x.length + 1];
        new ScalarMicrokernels(lanes).clamp(x, 1, bounds, 0, bounds, lanes, expected, 2, pixels);
        new VectorMicrokernels(lanes).clamp(x, 1, bounds, 0, bounds, lanes, actual, 2, pixels);
        assertThat(actual).isEqualTo(expected);
        for (int i = 0; i < pixels * lanes; i++) {
          float raised = Math.max(x[1 + i], bounds[i % lanes]);
          assertThat(expected[2 + i])
              .isEqualTo(Float.valueOf(Math.min(raised, bounds[lanes + i % lanes])));
        }
      }
    }
  }

  /// Every cut of a patch into tiles: widths with all rests, rows, blocks, steps, lanes, clips.
  @Test
  void patchesOfAllSizes() {
    Clip[] clips = {
      Clip.NONE,
      new Clip(0, Float.POSITIVE_INFINITY),
      new Clip(Float.NEGATIVE_INFINITY, 0.25f),
      new Clip(-0.25f, 0.5f)
    };
    for (int lanes : LANES) {
      Microkernels plain = new ScalarMicrokernels(lanes);
      Microkernels vector = new VectorMicrokernels(lanes);
      for (int step : new int[] {1, 2, 3, lanes, 2 * lanes}) {
        for (int rows = 1; rows <= 3; rows++) {
          for (int columns = 1; columns <= 23; columns++) {
            Clip clip = clips[(rows + columns) % clips.length];
            int xRow = columns * step + 7;
            int yRow = (columns + 1) * lanes;
            int[] inputs = {0, 3, 1, 5, 2};
            int block = rows * yRow;
            var geometry =
                new ConvGeometry(inputs, step, xRow, yRow, block, inputs.length * lanes, clip);
            float[] x = numbers(columns, rows * xRow + 8);
            x[x.length / 2] = Float.NaN;
            float[] weights = numbers(rows, 2 * inputs.length * lanes);
            float[] bias = numbers(step, 2 * lanes);
            for (int blocks = 1; blocks <= 2; blocks++) {
              float[] expected = numbers(5, 2 * block);
              float[] actual = expected.clone();
              plain.convolve(
                  geometry, x, 0, weights, 0, bias, 0, expected, 0, rows, columns, blocks);
              vector.convolve(
                  geometry, x, 0, weights, 0, bias, 0, actual, 0, rows, columns, blocks);
              assertThat(actual)
                  .as("%d lanes, step %d, %d x %d, %d blocks", lanes, step, rows, columns, blocks)
                  .isEqualTo(expected);
            }
            float[] expected = numbers(6, block);
            float[] actual = expected.clone();
            plain.convolveLanes(
                geometry, x, 0, weights, 0, bias, 0, expected, 0, rows, columns, 1, lanes - 1);
            vector.convolveLanes(
                geometry, x, 0, weights, 0, bias, 0, actual, 0, rows, columns, 1, lanes - 1);
            assertThat(actual).as("some of %d lanes", lanes).isEqualTo(expected);
          }
        }
      }
    }
  }

  /// Bounds with which comparisons would not tell all are as the functions say, too.
  @Test
  void clipsWithOddBounds() {
    float[][] bounds = {{-0f, 1}, {-1, -0f}, {Float.NaN, 1}, {0, Float.NaN}, {0, 1}, {2, -2}};
    float[] x = {-0f, 0, Float.NaN, -1, 1, 3, -3, Float.MIN_VALUE, -Float.MIN_VALUE};
    for (float[] bound : bounds) {
      for (int lanes : LANES) {
        float[] actual = new float[x.length];
        new VectorMicrokernels(lanes)
            .unary(UnaryFunction.CLIP, bound[0], bound[1], x, 0, actual, 0, x.length);
        for (int i = 0; i < x.length; i++) {
          float expected = Math.min(bound[1], Math.max(bound[0], x[i]));
          assertThat(Float.floatToIntBits(actual[i]))
              .as("%s clipped to %s", x[i], Arrays.toString(bound))
              .isEqualTo(Float.floatToIntBits(expected));
        }
      }
    }
  }

  @Test
  void clampKeepsNaN() {
    for (Microkernels m :
        new Microkernels[] {new ScalarMicrokernels(4), new VectorMicrokernels(4)}) {
      float[] x = {Float.NaN, -3, 2, 9};
      float[] lower = {-1, -1, Float.NEGATIVE_INFINITY, 0};
      float[] upper = {1, 1, Float.POSITIVE_INFINITY, 6};
      m.clamp(x, 0, lower, 0, upper, 0, x, 0, 1);
      assertThat(x).containsExactly(Float.NaN, -1, 2, 6);
    }
  }

  @Test
  void addClip() {
    for (int lanes : LANES) {
      for (int size : SIZES) {
        float[] residual = numbers(size, size);
        float[] expected = numbers(-size, size);
        float[] actual = expected.clone();
        new ScalarMicrokernels(lanes).addClip(residual, 0, new Clip(0, 6), expected, 0, size);
        new VectorMicrokernels(lanes).addClip(residual, 0, new Clip(0, 6), actual, 0, size);
        assertThat(actual).isEqualTo(expected);
      }
    }
  }

  @Test
  void reluKeepsNaN() {
    for (Microkernels m :
        new Microkernels[] {new ScalarMicrokernels(4), new VectorMicrokernels(4)}) {
      float[] x = {Float.NaN, -1, 2, Float.NEGATIVE_INFINITY, Float.NaN};
      m.unary(UnaryFunction.RELU, 0, 0, x, 0, x, 0, 5);
      assertThat(x).containsExactly(Float.NaN, 0, 2, 0, Float.NaN);
      float[] z = {Float.NaN, -1, 2, 9, Float.NaN};
      m.unary(UnaryFunction.CLIP, 0.5f, 6, z, 0, z, 0, 5);
      assertThat(z).containsExactly(Float.NaN, 0.5f, 2, 6, Float.NaN);
    }
  }

  @Test
  void reductions() {
    for (int lanes : LANES) {
      Microkernels scalar = new ScalarMicrokernels(lanes);
      Microkernels vector = new VectorMicrokernels(lanes);
      for (int size : SIZES) {
        float[] x = Pixels.random(new Random(size), size + 1);
        assertThat(vector.max(x, 1, size)).isEqualTo(scalar.max(x, 1, size));
        assertThat(vector.min(x, 1, size)).isEqualTo(scalar.min(x, 1, size));
        assertThat(vector.product(x, 1, size)).isEqualTo(scalar.product(x, 1, size));
        assertThat(vector.sum(x, 1, size)).isCloseTo(scalar.sum(x, 1, size), within(1e-6f * size));
        assertThat(vector.squares(x, 1, 0.25f, size))
            .isCloseTo(scalar.squares(x, 1, 0.25f, size), within(2e-6f * size));
        float[] expected = new float[size];
        float[] actual = new float[size];
        scalar.affine(x, 1, 0.25f, 3, -1, expected, 0, size);
        vector.affine(x, 1, 0.25f, 3, -1, actual, 0, size);
        assertThat(actual).isEqualTo(expected);
        scalar.affineSpans(x, 1, 0.25f, 3, x, 0, x, 1, expected, 0, size);
        vector.affineSpans(x, 1, 0.25f, 3, x, 0, x, 1, actual, 0, size);
        assertThat(actual).isEqualTo(expected);
        float expectedSum = scalar.expSum(x, 1, 1, expected, 0, size);
        float actualSum = vector.expSum(x, 1, 1, actual, 0, size);
        assertNear(actual, expected, 3, "e^(x - 1)");
        assertThat(actualSum).isCloseTo(expectedSum, within(1e-6f * expectedSum));
        scalar.scale(3, x, 1, expected, 0, size);
        vector.scale(3, x, 1, actual, 0, size);
        assertThat(actual).isEqualTo(expected);
        x[size] = Float.NaN;
        assertThat(vector.max(x, 1, size)).isNaN();
        assertThat(vector.min(x, 1, size)).isNaN();
      }
    }
  }

  /// Down to the least normal number, and zero below it.
  @Test
  void exponentialsOfAllSizes() {
    float[] x = new float[4000];
    for (int i = 0; i < x.length; i++) {
      x[i] = 5 - i * 0.03f;
    }
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = -Float.MAX_VALUE;
    x[2] = Float.NaN;
    float[] expected = new float[x.length];
    new ScalarMicrokernels(4).expSum(x, 0, 5, expected, 0, x.length);
    assertThat(expected[2900]).isNotZero();
    assertThat(expected[3000]).isZero();
    for (int lanes : LANES) {
      float[] actual = new float[x.length];
      new VectorMicrokernels(lanes).expSum(x, 0, 5, actual, 0, x.length);
      assertNear(actual, expected, 3, "e^(x - 5)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 11, 12, 13, 25})
  void gemm(int rows) {
    for (int lanes : LANES) {
      for (int columns : new int[] {1, 3, 4, 8, 13, 16, 17, 33, 64, 70}) {
        for (int depth : new int[] {1, 5, 16, 31}) {
          assertGemmAgrees(lanes, rows, columns, depth);
        }
      }
    }
  }

  private static void assertGemmAgrees(int lanes, int rows, int columns, int depth) {
    Random random = new Random(rows * 1000 + columns);
    int aStride = depth + 2;
    int yStride = columns + 3;
    float[] a = Pixels.random(random, 1 + rows * aStride);
    float[] plain = Pixels.random(random, depth * columns);
    float[] b = dev.crease.runtime.plan.Packing.gemm(plain, 1, depth, columns, lanes);
    float[] start = Pixels.random(random, 2 + rows * yStride);
    float[] scalar = start.clone();
    float[] vector = start.clone();
    new ScalarMicrokernels(lanes)
        .gemm(a, 1, aStride, b, 0, scalar, 2, yStride, rows, columns, depth);
    new VectorMicrokernels(lanes)
        .gemm(a, 1, aStride, b, 0, vector, 2, yStride, rows, columns, depth);
    assertThat(vector).isEqualTo(scalar);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = start[2 + i * yStride + j];
        for (int k = 0; k < depth; k++) {
          sum += (double) a[1 + i * aStride + k] * plain[k * columns + j];
        }
        assertThat((double) scalar[2 + i * yStride + j]).isCloseTo(sum, within(1e-5));
      }
      for (int j = columns; j < yStride && 2 + i * yStride + j < start.length; j++) {
        assertThat(vector[2 + i * yStride + j]).isEqualTo(start[2 + i * yStride + j]);
      }
    }
  }
}
