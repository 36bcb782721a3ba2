package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What folds promise of float64 weights: they are computed in double, by four operations.
class Float64FoldsTest {
  private static final int CHANNELS = 40;
  private static final double EPSILON = 0.25;

  private static String list(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(", "));
  }

  private static double[] numbers(Random random) {
    return random.doubles(CHANNELS, 0.1, 10).toArray();
  }

  private static Coefficients exact(double... values) {
    return Coefficients.given(
        Constant.derived(ElementType.FLOAT64, new long[] {values.length}, values::clone));
  }

  @Test
  void aWeightIsWithinThreeAndAHalfRoundings() {
    double worst = 0;
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      double[] w = numbers(random);
      double[] gamma = numbers(random);
      double[] variance = numbers(random);
      String weights =
          Arrays.stream(w).mapToObj("[[[%s]]]"::formatted).collect(Collectors.joining(", "));
      Graph graph =
          TextReader.read(
                  """
                  model m(x: f64[1, 1, H, W]) -> (y: f64[1, %1$d, H, W]) {
                    w: f64[%1$d, 1, 1, 1] = [%2$s]
                    gamma: f64[%1$d] = [%3$s]
                    v: f64[%1$d] = [%4$s]
                    zero: f64[%1$d] = [%5$s]
                    y = BatchNormalization(Conv(x, w), gamma, zero, zero, v, epsilon = 0.25)
                  }
                  """
                      .formatted(
                          CHANNELS,
                          weights,
                          list(gamma),
                          list(variance),
                          list(new double[CHANNELS])),
                  "m")
              .graph();
      List<Rewrite> rewrites =
          new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph).rewrites();
      assertThat(rewrites).hasSize(1);
      Finding finding = Certificate.of(rewrites.getFirst().replacement());
      assertThat(finding).isInstanceOf(Finding.Proved.class);
      Reals real =
          exact(w)
              .times(exact(gamma))
              .times(exact(variance).plus(exact(EPSILON)).root().reciprocal())
              .reals();
      double[] folded = weights(rewrites.getFirst().replacement().after());
      double told = 0;
      for (int i = 0; i < CHANNELS; i++) {
        double off = real.at(i).farthest(Real.of(folded[i]));
        worst = Math.max(worst, off / (0x1p-53 * folded[i]));
        told = Math.max(told, off / Math.ulp(folded[i]));
      }
      assertThat(((Finding.Proved) finding).deviation()).isCloseTo(told, within(1e-9));
    }
    // Roundings rarely add up; more than one stored nearest would have, they do.
    assertThat(worst).isBetween(1.0, 3.5);
  }

  private static double[] weights(Graph after) {
    return after.constants().values().stream()
        .filter(constant -> constant.dims().length == 4)
        .findFirst()
        .orElseThrow()
        .doubles();
  }
}
