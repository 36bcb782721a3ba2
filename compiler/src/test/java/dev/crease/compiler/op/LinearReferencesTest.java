package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The reference evaluations of linear operators, which tile their loops, against their definitions
/// as plain sums. On small integers both are exact, so they must be equal.
class LinearReferencesTest {
  private static final long SEED = Long.getLong("seed", 41);

  private static DoubleTensor random(Random random, int... shape) {
    DoubleTensor tensor = DoubleTensor.zeros(ElementType.FLOAT32, shape);
    Arrays.setAll(tensor.data(), _ -> random.nextInt(-4, 5));
    return tensor;
  }

  private static DoubleTensor run(Op op, DoubleTensor... operands) {
    return op.evaluate(EvaluationInputs.of(operands)).getFirst();
  }

  /// One spatial axis of a convolution.
  private record Axis(int input, int kernel, int stride, int dilation, int begin, int end) {
    static Axis random(Random random) {
      int kernel = random.nextInt(1, 5);
      int dilation = random.nextInt(1, 4);
      int begin = random.nextInt(0, 4);
      int end = random.nextInt(0, 4);
      int least = Math.max(1, (kernel - 1) * dilation + 1 - begin - end);
      int input = least + random.nextInt(0, 20);
      return new Axis(input, kernel, random.nextInt(1, 5), dilation, begin, end);
    }

    int output() {
      return (input + begin + end - (kernel - 1) * dilation - 1) / stride + 1;
    }

    /// Where tap `tap` looks at output `at`, -1 in the padding.
    int source(int at, int tap) {
      int source = at * stride + tap * dilation - begin;
      return source < input ? source : -1;
    }
  }

  @Test
  void convolutionsAreTheirDefinition() {
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      List<Axis> axes = List.of(Axis.random(random), Axis.random(random), Axis.random(random));
      int group = random.nextInt(1, 4);
      int maps = random.nextInt(1, 4) * group;
      DoubleTensor x = random(random, shape(2, group * random.nextInt(1, 4), axes, Axis::input));
      DoubleTensor w = random(random, shape(maps, x.dim(1) / group, axes, Axis::kernel));
      DoubleTensor y = run(convolution(axes, group), x, w);
      assertThat(y.shape()).isEqualTo(shape(2, maps, axes, Axis::output));
      double[] expected = new double[y.data().length];
      Arrays.setAll(expected, at -> convolved(x, w, axes, group, at, y.shape()));
      assertThat(y.data()).as("seed %d, case %d: %s", SEED, i, axes).isEqualTo(expected);
    }
  }

  private static int[] shape(int first, int second, List<Axis> axes, ToIntFunction<Axis> size) {
    return IntStream.concat(IntStream.of(first, second), axes.stream().mapToInt(size)).toArray();
  }

  private static Conv convolution(List<Axis> axes, int group) {
    List<Long> pads = new ArrayList<>(axes.stream().map(axis -> (long) axis.begin()).toList());
    axes.forEach(axis -> pads.add((long) axis.end()));
    WindowAttributes window =
        NnSamples.window(
            axes.stream().map(axis -> (long) axis.kernel()).toList(),
            axes.stream().map(axis -> (long) axis.stride()).toList(),
            axes.stream().map(axis -> (long) axis.dilation()).toList(),
            pads);
    return new Conv(window, group);
  }

  /// Element `at` of the convolution's result of shape `y`.
  private static double convolved(
      DoubleTensor x, DoubleTensor w, List<Axis> axes, int group, int at, int[] y) {
    int[] position = {at / y[4] / y[3] % y[2], at / y[4] % y[3], at % y[4]};
    int map = at / y[4] / y[3] / y[2] % y[1];
    int picture = at / y[4] / y[3] / y[2] / y[1];
    double sum = 0;
    for (int c = 0; c < w.dim(1); c++) {
      int channel = map / (y[1] / group) * w.dim(1) + c;
      for (int kd = 0; kd < w.dim(2); kd++) {
        int d = axes.get(0).source(position[0], kd);
        for (int kh = 0; kh < w.dim(3); kh++) {
          int h = axes.get(1).source(position[1], kh);
          for (int kw = 0; kw < w.dim(4); kw++) {
            int column = axes.get(2).source(position[2], kw);
            if (d >= 0 && h >= 0 && column >= 0) {
              sum += at(x, picture, channel, d, h, column) * at(w, map, c, kd, kh, kw);
            }
          }
        }
      }
    }
    return sum;
  }

  private static double at(DoubleTensor tensor, int... index) {
    int at = 0;
    for (int axis = 0; axis < index.length; axis++) {
      at = at * tensor.dim(axis) + index[axis];
    }
    return tensor.data()[at];
  }

  /// Sizes around those of the tiles and of the few rows and columns that have loops of their own.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 5, 1",
    "1, 9, 15",
    "1, 130, 10",
    "3, 7, 2",
    "4, 4, 4",
    "5, 3, 15",
    "6, 129, 16",
    "7, 6, 17",
    "9, 255, 1",
    "2, 131, 257",
    "8, 128, 256",
    "3, 1, 600",
    "0, 4, 4",
    "4, 0, 4"
  })
  void matrixProductsAreTheirDefinition(int rows, int depth, int columns) {
    Random random = new Random(SEED);
    DoubleTensor a = random(random, rows, depth);
    DoubleTensor b = random(random, depth, columns);
    double[] expected = new double[rows * columns];
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < depth; k++) {
        expected[i] += at(a, i / columns, k) * at(b, k, i % columns);
      }
    }
    assertThat(run(new MatMul(), a, b).data()).isEqualTo(expected);
    assertThat(run(new Gemm(1, 1, false, true), a, transposed(b)).data()).isEqualTo(expected);
    assertThat(run(new Gemm(1, 1, true, false), transposed(a), b).data()).isEqualTo(expected);
  }

  private static DoubleTensor transposed(DoubleTensor x) {
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.dim(1), x.dim(0));
    Arrays.setAll(y.data(), i -> at(x, i % x.dim(0), i / x.dim(0)));
    return y;
  }
}
