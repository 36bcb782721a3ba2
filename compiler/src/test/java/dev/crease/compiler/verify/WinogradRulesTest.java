package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.plan.KernelEvaluator;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Winograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The bound of convolutions that are computed in tiles holds, and is not so wide that it says
/// nothing.
class WinogradRulesTest {
  private static final SessionOptions OPTIONS = SessionOptions.defaults().withThreads(1);

  private static final int SIDE = 16;
  private static final int MAPS = 16;

  private static Graph graph(int channels, int height, int width, int pad, int tile) {
    return TextReader.read(
            """
            model m(x: f32[2, %1$d, %2$d, %3$d], b: f32[16], r: f32[2, 16, %4$d, %5$d])
                -> (y: f32[2, 16, %4$d, %5$d]) {
              w: f32[16, %1$d, 3, 3] = he_normal()
              y = crease.FusedConv(x, w, b, r, pads = [%6$d, %6$d, %6$d, %6$d], tile = %7$d)
            }
            """
                .formatted(
                    channels, height, width, height + 2 * pad - 2, width + 2 * pad - 2, pad, tile),
            "t")
        .graph();
  }

  /// The checker has matrices of its own, so that a wrong entry shows.
  @ParameterizedTest
  @EnumSource
  void matricesAreThoseOfThePlan(Winograd form) {
    var own = form == Winograd.F2 ? WinogradRules.TWO : WinogradRules.FOUR;
    assertSame(own.input(), form.inputMatrix());
    assertSame(own.weights(), form.weightMatrix());
    assertSame(own.output(), form.outputMatrix());
  }

  private static void assertSame(double[][] magnitudes, double[][] matrix) {
    assertThat(matrix.length).isEqualTo(magnitudes.length);
    for (int i = 0; i < matrix.length; i++) {
      double[] expected = Arrays.stream(matrix[i]).map(Math::abs).toArray();
      assertThat(magnitudes[i]).containsExactly(expected, within(1e-15));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 8, 8, 1, 2",
    "3, 8, 8, 1, 4",
    "64, 6, 10, 1, 2",
    "64, 6, 10, 1, 4",
    "20, 5, 7, 0, 2",
    "20, 5, 7, 0, 4",
    "8, 1, 1, 2, 2",
    "8, 1, 1, 2, 4"
  })
  void errorsStayWithinTheBound(int channels, int height, int width, int pad, int tile) {
    Graph graph = graph(channels, height, width, pad, tile);
    double worst = 0;
    for (int seed = 0; seed < 20; seed++) {
      worst = Math.max(worst, worstOf(graph, seed));
    }
    assertThat(worst).isLessThan(1).isGreaterThan(1e-3);
  }

  /// `gamma(C + 20) |A^T| [sum (|G| |w| |G^T|) (|B^T| |x| |B|)] |A|` beside the bound of a direct
  /// convolution, output by output.
  @ParameterizedTest
  @EnumSource
  void theBoundIsTheFormula(Winograd form) {
    int channels = 3;
    int height = 7;
    int width = 6;
    Random random = new Random(3);
    double[] data = new double[2 * channels * height * width];
    Arrays.setAll(data, _ -> (float) random.nextGaussian());
    double[] kernels = new double[MAPS * channels * 9];
    Arrays.setAll(kernels, _ -> (float) random.nextGaussian());
    Approximation x = exact(data, 2, channels, height, width);
    Approximation w = exact(kernels, MAPS, channels, 3, 3);
    List<Long> pads = List.of(1L, 0L, 1L, 2L);
    Conv conv =
        new Conv(new WindowAttributes(AutoPad.NOTSET, List.of(), List.of(), pads, List.of()), 1);
    DoubleTensor y = conv.evaluate(EvaluationInputs.of(x.tensor(), w.tensor())).getFirst();
    Rounding rounding = new Rounding(0x1p-20, 0x1p-60, form.outputs());
    Application a = new Application(conv, List.of(x, w), y, rounding);
    double[] expected = LinearRules.radius(a, rounding.gamma(9 * channels + 20));
    double gamma = rounding.gamma(channels + 20);
    for (int i = 0; i < expected.length; i++) {
      int column = i % y.dim(3);
      int row = i / y.dim(3) % y.dim(2);
      int map = i / (y.dim(2) * y.dim(3)) % MAPS;
      int image = i / (y.dim(2) * y.dim(3) * MAPS);
      expected[i] += gamma * magnitude(form, data, kernels, image, map, row, column) + 0x1p-60;
    }
    double[] actual = WinogradRules.convolution(conv, a).radii().data();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], withinPercentage(1e-9));
    }
  }

  /// Of three channels of 7 by 6, with a row of padding above and none to the left.
  private static double magnitude(
      Winograd form, double[] x, double[] w, int image, int map, int row, int column) {
    int n = form.inputs();
    int top = row / form.outputs() * form.outputs() - 1;
    int left = column / form.outputs() * form.outputs();
    double sum = 0;
    for (int p = 0; p < n; p++) {
      for (int q = 0; q < n; q++) {
        double products = 0;
        for (int c = 0; c < 3; c++) {
          double transformed = 0;
          double weight = 0;
          for (int i = 0; i < n * n; i++) {
            int r = top + i / n;
            int s = left + i % n;
            if (0 <= r && r < 7 && s < 6) {
              transformed +=
                  Math.abs(
                      form.inputMatrix()[p][i / n]
                          * x[((image * 3 + c) * 7 + r) * 6 + s]
                          * form.inputMatrix()[q][i % n]);
            }
          }
          for (int k = 0; k < 9; k++) {
            weight +=
                Math.abs(
                    form.weightMatrix()[p][k / 3]
                        * w[(map * 3 + c) * 9 + k]
                        * form.weightMatrix()[q][k % 3]);
          }
          products += weight * transformed;
        }
        sum +=
            Math.abs(
                form.outputMatrix()[row % form.outputs()][p]
                    * products
                    * form.outputMatrix()[column % form.outputs()][q]);
      }
    }
    return sum;
  }

  /// What is far away, or in another picture, has no part in the bound.
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void theBoundMovesWithWhatIsInThePicture(int tile) {
    Graph graph = graph(3, SIDE, SIDE, 1, tile);
    double[] first = radii(graph, 0, 1, 2);
    double[] moved = radii(graph, 1, 1 + 8, 2 + 4);
    for (int map = 0; map < MAPS; map++) {
      for (int row = 0; row < SIDE - 8; row++) {
        for (int column = 0; column < SIDE - 4; column++) {
          assertThat(moved[((MAPS + map) * SIDE + row + 8) * SIDE + column + 4])
              .as("map %d, row %d, column %d", map, row, column)
              .isEqualTo(first[(map * SIDE + row) * SIDE + column]);
        }
      }
    }
    assertThat(Arrays.stream(first).sum()).isGreaterThan(0);
  }

  /// The bounds if all is zero but a square in one of the two pictures.
  private static double[] radii(Graph graph, int image, int top, int left) {
    double[] x = new double[2 * 3 * SIDE * SIDE];
    Random random = new Random(1);
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < 5 * 5; i++) {
        int row = top + i / 5;
        int column = left + i % 5;
        x[((image * 3 + channel) * SIDE + row) * SIDE + column] = (float) random.nextGaussian();
      }
    }
    List<Approximation> inputs =
        List.of(
            exact(x, 2, 3, SIDE, SIDE),
            exact(new double[MAPS], MAPS),
            exact(new double[2 * MAPS * SIDE * SIDE], 2, MAPS, SIDE, SIDE));
    Approximation y =
        new ErrorAnalysis(Rounding.FLOAT, Approximation::stored)
            .run(graph, inputs, (_, _) -> {})
            .outputs()
            .getFirst();
    return IntStream.range(0, y.data().length).mapToDouble(y::radius).toArray();
  }

  private static Approximation exact(double[] data, int... shape) {
    return Approximation.exact(new DoubleTensor(ElementType.FLOAT32, shape, data));
  }

  /// The greatest error as a share of its bound.
  private static double worstOf(Graph graph, int seed) {
    Random random = new Random(seed);
    List<Approximation> inputs = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    for (var input : graph.inputs()) {
      int[] shape =
          Arrays.stream(input.type().knownDims().orElseThrow())
              .mapToInt(Math::toIntExact)
              .toArray();
      double[] values = new double[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
      Arrays.setAll(values, i -> (float) random.nextGaussian());
      DoubleTensor tensor = new DoubleTensor(ElementType.FLOAT32, shape, values);
      inputs.add(Approximation.exact(tensor));
      tensors.add(tensor.toTensor());
    }
    ErrorAnalysis.Result expected =
        new ErrorAnalysis(Rounding.FLOAT, Approximation::stored).run(graph, inputs, (_, _) -> {});
    assertThat(expected.bounded()).isTrue();
    Approximation y = expected.outputs().getFirst();
    double[] actual =
        DoubleTensor.of(KernelEvaluator.run(graph, tensors, OPTIONS).orElseThrow().getFirst())
            .data();
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - y.data()[i]) / y.radius(i));
    }
    return worst;
  }
}
