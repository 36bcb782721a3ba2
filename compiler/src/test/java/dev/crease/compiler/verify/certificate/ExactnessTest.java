package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.ElementType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is compared with itself: of an exact number it is known to be equal.
class ExactnessTest {
  private static Coefficients of(double lo, double hi, double @Nullable [] slack) {
    double[] low = {lo};
    double[] high = lo == hi ? low : new double[] {hi};
    return new Coefficients(new int[] {1}, low, high, new double[] {4}, slack, 1);
  }

  private static Finding judged(Coefficients both) {
    Judge judge = new Judge(ElementType.FLOAT32, true);
    judge.compare(both, both, i -> "weight " + i);
    return judge.finding();
  }

  @Test
  void numbersWithoutSlackAreExact() {
    assertThat(of(3, 3, null).isExact()).isTrue();
    assertThat(of(3, 3, new double[] {0.5}).isExact()).isFalse();
    assertThat(of(3, 4, null).isExact()).isFalse();
  }

  @Test
  void anEnclosureIsNotKnownToBeItself() {
    assertThat(judged(of(3, 3, null))).isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1));
    assertThat(judged(of(3, 4, null))).isInstanceOf(Finding.NotCovered.class);
    assertThat(judged(of(3, 3, new double[] {0.5})))
        .isEqualTo(new Finding.Proved(Finding.Kind.WITHIN_ROUNDING, 0, 1));
  }
}
