package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.plan.UnaryFunction;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The errors that [VectorMath] promises, over random arguments of all magnitudes and the limits.
class VectorMathTest {
  private static final int COUNT = 200_000;

  @ParameterizedTest
  @CsvSource({"EXP, 2", "SIGMOID, 4", "TANH, 5", "ERF, 8", "ELU, 4"})
  void isWithinItsBound(UnaryFunction function, double bound) {
    float[] x = arguments();
    float[] y = new float[x.length];
    new VectorMicrokernels(8).unary(function, 1, 0, x, 0, y, 0, x.length);
    double worst = 0;
    float at = 0;
    for (int i = 0; i < x.length; i++) {
      double exact = ScalarFunctions.unary(function, 1, 0, x[i]);
      float rounded = (float) exact;
      if (Float.isNaN(rounded) || Float.isInfinite(rounded)) {
        assertThat(y[i]).as("at %s", x[i]).isEqualTo(Float.valueOf(rounded));
        continue;
      }
      double error = Math.abs(y[i] - exact) / Math.ulp(rounded);
      if (!(error <= worst)) {
        worst = error;
        at = x[i];
      }
    }
    assertThat(worst).as("error in ulp, worst at %s", at).isLessThanOrEqualTo(bound);
  }

  private static float[] arguments() {
    Random random = new Random(11);
    float[] x = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] =
          switch (i % 3) {
            case 0 -> (random.nextFloat() - 0.5f) * 220;
            case 1 -> (random.nextFloat() - 0.5f) * 10;
            default -> Float.intBitsToFloat(random.nextInt());
          };
    }
    float[] limits = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0f,
      -0f,
      88.72283f,
      88.72284f,
      -103.97f,
      -103.98f,
      -87.33f,
      1f,
      -1f,
      4f,
      9.02f
    };
    System.arraycopy(limits, 0, x, 0, limits.length);
    return x;
  }
}
