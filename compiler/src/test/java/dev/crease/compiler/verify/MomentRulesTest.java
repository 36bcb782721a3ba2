package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.normalization.MeanVarianceNormalization;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentRulesTest {
  /// The normalization of each row in float, as plain loops.
  private static float[] inFloat(double[] x, int terms) {
    float[] y = new float[x.length];
    for (int row = 0; row < x.length; row += terms) {
      float sum = 0;
      for (int i = row; i < row + terms; i++) {
        sum += (float) x[i];
      }
      float mean = sum / terms;
      float squares = 0;
      for (int i = row; i < row + terms; i++) {
        float centered = (float) x[i] - mean;
        squares += centered * centered;
      }
      float deviation = (float) Math.sqrt(squares / terms);
      for (int i = row; i < row + terms; i++) {
        y[i] = ((float) x[i] - mean) / (deviation + 1e-9f);
      }
    }
    return y;
  }

  /// Elements around an offset that hides more and more of the deviation, down to none.
  @ParameterizedTest
  @CsvSource({
    "2, 0, 1",
    "2, 1, 1e-2",
    "2, 1, 1e-6",
    "3, 1000, 1e-4",
    "64, 10, 1",
    "64, 0.1, 0",
    "1, 5, 1",
    "2, 0, 1e-12",
    "2, 0, 1e-30"
  })
  void bindsWhatFloatsCompute(int terms, double offset, double deviation) {
    Random random = new Random(7);
    var op = new MeanVarianceNormalization(List.of(1L));
    for (int run = 0; run < 200; run++) {
      double[] data = new double[4 * terms];
      Arrays.setAll(data, _ -> (float) (offset + deviation * random.nextGaussian()));
      var x = new DoubleTensor(ElementType.FLOAT32, new int[] {4, terms}, data);
      DoubleTensor y =
          new DoubleTensor(x.type(), x.shape(), Application.evaluate(op, Arrays.asList(x)));
      Approximation bound =
          ErrorRules.apply(new Application(op, List.of(Approximation.exact(x)), y, Rounding.FLOAT))
              .orElseThrow();
      float[] actual = inFloat(data, terms);
      for (int i = 0; i < actual.length; i++) {
        assertThat(Math.abs(actual[i] - y.data()[i]))
            .as("element %d of %s", i, Arrays.toString(data))
            .isLessThanOrEqualTo(bound.radius(i));
      }
    }
  }

  /// The formula of [MomentRules] by hand: `x = (1, 3, 8)`, which a run has to within `dx = (a, 2
  /// a, 3 a)`.
  @ParameterizedTest
  @CsvSource({"0", "1e-6", "0.01", "10"})
  void isTheFormula(double a) {
    double u = 0x1p-10;
    double tiny = 0x1p-40;
    double[] data = {1, 3, 8};
    double[] dx = {a, 2 * a, 3 * a};
    double mean = 4;
    double s = Math.sqrt((9 + 1 + 16) / 3.0);
    double g = 4 * u / (1 - 4 * u);
    double h = 7 * u / (1 - 7 * u);
    double dm = (1 + g) * 2 * a + g * mean;
    double[] dc = new double[3];
    double squares = 0;
    for (int i = 0; i < 3; i++) {
      dc[i] = (1 + u) * (dx[i] + dm) + u * Math.abs(data[i] - mean);
      squares += dc[i] * dc[i];
    }
    double rms = Math.sqrt(squares / 3);
    double ds = rms + h * (s + rms) + Math.sqrt(tiny);
    double divisor = s + 1e-9;
    double ofDivisor = ds + 3 * u * (divisor + ds);
    var op = new MeanVarianceNormalization(List.of(0L));
    var x = new DoubleTensor(ElementType.FLOAT32, new int[] {3}, data);
    DoubleTensor y =
        new DoubleTensor(x.type(), x.shape(), Application.evaluate(op, Arrays.asList(x)));
    Application application =
        new Application(op, List.of(new Approximation(x, dx)), y, new Rounding(u, tiny));
    Approximation bound = ErrorRules.apply(application).orElseThrow();
    for (int i = 0; i < 3; i++) {
      double size = Math.abs(y.data()[i]);
      double passedOn = (dc[i] + size * ofDivisor) / (divisor - ofDivisor);
      double largest = Math.sqrt(3) * (1 + 11 * u / (1 - 11 * u)) + size;
      double quotient = passedOn + 2 * u * (size + passedOn);
      double expected = divisor > ofDivisor ? Math.min(quotient, largest) : largest;
      assertThat(bound.radius(i)).isCloseTo(expected + tiny, within(1e-11));
    }
  }

  /// Where rounding hides nothing, a wrong divisor is beyond the bound.
  @ParameterizedTest
  @CsvSource({"2, 0.001", "3, 0.001", "64, 0.001"})
  void aWrongDivisorIsBeyondTheBound(int terms, double share) {
    Random random = new Random(7);
    double[] data = new double[terms];
    Arrays.setAll(data, i -> (float) (i + random.nextDouble()));
    var op = new MeanVarianceNormalization(List.of(0L));
    var x = new DoubleTensor(ElementType.FLOAT32, new int[] {terms}, data);
    DoubleTensor y =
        new DoubleTensor(x.type(), x.shape(), Application.evaluate(op, Arrays.asList(x)));
    Approximation bound =
        ErrorRules.apply(new Application(op, List.of(Approximation.exact(x)), y, Rounding.FLOAT))
            .orElseThrow();
    assertThat(bound.radius(0)).isLessThan(share * Math.abs(y.data()[0]));
  }
}
