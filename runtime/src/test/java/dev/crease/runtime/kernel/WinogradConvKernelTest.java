package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Winograd;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Winograd's convolutions against plain loops in double.
class WinogradConvKernelTest {
  private static final int[] ZERO = {0, 0, 0};

  /// One convolution; `top` and `left` rows and columns of padding before the picture, `bottom` and
  /// `right` after it.
  record Case(
      Winograd form,
      int batch,
      int inputs,
      int outputs,
      int height,
      int width,
      int top,
      int left,
      int bottom,
      int right,
      boolean residual) {
    int outHeight() {
      return height + top + bottom - 2;
    }

    int outWidth() {
      return width + left + right - 2;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(Winograd.values())
        .flatMap(
            form ->
                Stream.of(
                    new Case(form, 1, 3, 16, 8, 8, 1, 1, 1, 1, false),
                    new Case(form, 2, 16, 32, 7, 7, 1, 1, 1, 1, true),
                    new Case(form, 1, 20, 48, 9, 14, 1, 1, 1, 1, true),
                    new Case(form, 1, 8, 16, 5, 3, 0, 0, 0, 0, false),
                    new Case(form, 1, 8, 16, 1, 1, 1, 1, 1, 1, false),
                    new Case(form, 1, 8, 16, 8, 1, 1, 1, 1, 1, false),
                    new Case(form, 1, 8, 16, 8, 2, 1, 1, 1, 1, false),
                    new Case(form, 1, 8, 16, 8, 3, 1, 1, 1, 1, false),
                    new Case(form, 1, 4, 16, 6, 11, 2, 0, 0, 2, true),
                    new Case(form, 1, 64, 256, 4, 5, 1, 1, 1, 1, false),
                    new Case(form, 3, 5, 16, 30, 130, 1, 1, 1, 1, true)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPlainLoops(Case c) {
    double[] expected = expected(c);
    for (int lanes : new int[] {4, 8, 16}) {
      float[] scalar = run(c, new ScalarMicrokernels(lanes), 1);
      float[] vector = run(c, new VectorMicrokernels(lanes), 1);
      assertThat(vector).as("bits of vector and scalar").isEqualTo(scalar);
      assertThat(run(c, new VectorMicrokernels(lanes), 7)).as("task by task").isEqualTo(scalar);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) scalar[i])
            .as("element %d, %d lanes", i, lanes)
            .isCloseTo(expected[i], within(2e-5));
      }
    }
  }

  /// `A^T [(G w G^T) * (B^T x B)] A` in double is the convolution of one tile.
  @ParameterizedTest
  @EnumSource
  void matricesAreThoseOfAConvolution(Winograd form) {
    Random random = new Random(5);
    int n = form.inputs();
    double[] x = random.doubles(n * n).toArray();
    double[] w = random.doubles(9).toArray();
    double[] u = new double[n * n];
    form.transformWeights(w, 0, u);
    double[] v = sandwich(form.inputMatrix(), x, n);
    for (int i = 0; i < v.length; i++) {
      v[i] *= u[i];
    }
    double[] y = sandwich(form.outputMatrix(), v, n);
    for (int i = 0; i < y.length; i++) {
      int row = i / form.outputs();
      int column = i % form.outputs();
      double sum = 0;
      for (int k = 0; k < 9; k++) {
        sum += w[k] * x[(row + k / 3) * n + column + k % 3];
      }
      assertThat(y[i]).isCloseTo(sum, within(1e-12));
    }
  }

  /// The transforms multiply by these, and products by two of them.
  @ParameterizedTest
  @EnumSource
  void matricesOfDataAreExactInFloat(Winograd form) {
    for (double[][] matrix : List.of(form.inputMatrix(), form.outputMatrix())) {
      for (double[] row : matrix) {
        for (double entry : row) {
          assertThat((double) (float) entry).isEqualTo(entry);
        }
      }
    }
  }

  @Test
  void windowsPastTheHaloAreRefused() {
    Case c = new Case(Winograd.F4, 1, 4, 16, 8, 8, 1, 1, 1, 1, false);
    Blocked x = Pixels.of(4, new int[] {1, 4, 1, 8, 8}, input(c), ZERO, ZERO);
    Blocked y = Pixels.empty(4, new int[] {1, 16, 1, 8, 8}, ZERO, ZERO);
    assertThatThrownBy(() -> kernel(c, new ScalarMicrokernels(4), x, null, y))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the window reads from -1");
  }

  @Test
  void scratchIsKept() {
    Scratch scratch = new Scratch(3);
    scratch.reserve(10);
    float[] first = scratch.take();
    assertThat(scratch.take()).hasSize(10).isNotSameAs(first);
    scratch.give(first);
    assertThat(scratch.take()).isSameAs(first);
    scratch.give(first);
    scratch.reserve(20);
    assertThat(scratch.take()).hasSize(20);
    scratch.reserve(5);
    assertThat(scratch.bytes()).isEqualTo(3 * 20 * 4);
  }

  @Test
  void scratchOfSomeThreadsInAnyOrderIsKept() {
    Scratch scratch = new Scratch(2);
    scratch.reserve(10);
    float[] first = scratch.take();
    float[] second = scratch.take();
    scratch.give(first);
    scratch.give(second);
    for (int i = 0; i < 3; i++) {
      float[] one = scratch.take();
      float[] other = scratch.take();
      assertThat(List.of(one, other)).containsExactlyInAnyOrder(first, second);
      scratch.give(one);
      scratch.give(other);
    }
    scratch.give(new float[10]);
    assertThat(List.of(scratch.take(), scratch.take())).containsExactlyInAnyOrder(first, second);
  }

  private static double[] sandwich(double[][] matrix, double[] z, int n) {
    int size = matrix.length;
    double[] result = new double[size * size];
    for (int i = 0; i < result.length; i++) {
      for (int k = 0; k < n * n; k++) {
        result[i] += matrix[i / size][k / n] * z[k] * matrix[i % size][k % n];
      }
    }
    return result;
  }

  private static float[] run(Case c, Microkernels microkernels, int tasksTogether) {
    int lanes = microkernels.lanes();
    int[] in = {c.batch(), c.inputs(), 1, c.height(), c.width()};
    int[] out = {c.batch(), c.outputs(), 1, c.outHeight(), c.outWidth()};
    int[] before = {0, c.top(), c.left()};
    int[] after = {0, c.bottom(), c.right()};
    Blocked x = Pixels.of(lanes, in, input(c), before, after);
    Blocked y = Pixels.empty(lanes, out, new int[] {0, 1, 2}, ZERO);
    Blocked residual = c.residual() ? Pixels.of(lanes, out, residual(c), ZERO, ZERO) : null;
    Kernel kernel = kernel(c, microkernels, x, residual, y);
    for (int task = 0; task < kernel.tasks(); task += tasksTogether) {
      kernel.run(task, Math.min(kernel.tasks(), task + tasksTogether));
    }
    return Pixels.plain(y);
  }

  private static Kernel kernel(
      Case c, Microkernels microkernels, Blocked x, @Nullable Blocked residual, Blocked y) {
    int products = c.form().products();
    int matrix = c.inputs() * c.outputs();
    float[] w = weights(c);
    double[] each = new double[9];
    double[] transformed = new double[products];
    float[] all = new float[products * matrix];
    for (int i = 0; i < matrix; i++) {
      for (int k = 0; k < 9; k++) {
        each[k] = w[i * 9 + k];
      }
      c.form().transformWeights(each, 0, transformed);
      for (int p = 0; p < products; p++) {
        all[p * matrix + i] = (float) transformed[p];
      }
    }
    int lanes = microkernels.lanes();
    float[] packed =
        new ConvPacking(products * c.outputs(), products * c.inputs(), products, 1, lanes)
            .pack(all);
    return new WinogradConvKernel(
        microkernels,
        new Scratch(1),
        c.form(),
        x,
        packed,
        0,
        bias(c),
        0,
        residual,
        y,
        new int[] {0, c.top(), c.left()},
        List.of(new RowFunction.Apply(new Activation(UnaryFunction.RELU, 0, 0))));
  }

  private static float[] weights(Case c) {
    float[] weights = Pixels.random(new Random(2), c.outputs() * c.inputs() * 9);
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= (float) Math.sqrt(c.inputs() * 9);
    }
    return weights;
  }

  private static float[] input(Case c) {
    return Pixels.random(new Random(1), c.batch() * c.inputs() * c.height() * c.width());
  }

  private static float[] residual(Case c) {
    return Pixels.random(new Random(3), c.batch() * c.outputs() * c.outHeight() * c.outWidth());
  }

  private static float[] bias(Case c) {
    return Pixels.random(new Random(4), c.outputs());
  }

  private static double[] expected(Case c) {
    float[] x = input(c);
    float[] w = weights(c);
    float[] bias = bias(c);
    float[] residual = residual(c);
    int pixels = c.outHeight() * c.outWidth();
    double[] y = new double[c.batch() * c.outputs() * pixels];
    for (int i = 0; i < y.length; i++) {
      int map = i / pixels % c.outputs();
      int image = i / pixels / c.outputs();
      double sum = bias[map] + (c.residual() ? residual[i] : 0);
      for (int k = 0; k < c.inputs() * 9; k++) {
        int row = i / c.outWidth() % c.outHeight() + k % 9 / 3 - c.top();
        int column = i % c.outWidth() + k % 3 - c.left();
        if (row >= 0 && row < c.height() && column >= 0 && column < c.width()) {
          int plane = image * c.inputs() + k / 9;
          sum +=
              (double) w[map * c.inputs() * 9 + k]
                  * x[(plane * c.height() + row) * c.width() + column];
        }
      }
      y[i] = Math.max(0, sum);
    }
    return y;
  }
}
