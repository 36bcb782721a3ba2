package dev.crease.compiler.pass.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WeightsTest {
  /// Two matrices of weights `(2, 3, 2)`.
  private static final Weights WALK = new Weights(2, 3, 2, (i, _) -> i, (_, j) -> j);

  private static final int ALL = 24;

  @Test
  void eachWeightIsScaledByItsChannel() {
    double[] weights = ones(ALL);
    WALK.scale(0, ALL, weights, new double[] {2, 3, 5}, WALK.inputOf());
    assertThat(weights)
        .containsExactly(2, 2, 3, 3, 5, 5, 2, 2, 3, 3, 5, 5, 2, 2, 3, 3, 5, 5, 2, 2, 3, 3, 5, 5);
  }

  @Test
  void anyStretchIsScaledAsTheWholeIs() {
    double[] whole = ones(ALL);
    WALK.scale(0, ALL, whole, new double[] {2, 3}, WALK.outputOf());
    for (int from = 0; from < ALL; from++) {
      for (int count = 0; count <= ALL - from; count++) {
        double[] stretch = ones(count);
        WALK.scale(from, count, stretch, new double[] {2, 3}, WALK.outputOf());
        assertThat(stretch).containsExactly(Arrays.copyOfRange(whole, from, from + count));
      }
    }
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
