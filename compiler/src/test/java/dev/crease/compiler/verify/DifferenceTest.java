package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Only a finite radius is a bound, and only without any radius is a difference bit-identical.
class DifferenceTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static DoubleTensor tensor(double... elements) {
    return new DoubleTensor(ElementType.FLOAT32, new int[] {elements.length}, elements);
  }

  private static Difference of(double p, double q, double radius) {
    return of(p, q, radius, INFINITE, false);
  }

  /// Beside an element that both sides agree on without a radius.
  private static Difference of(
      double p, double q, double radius, double largest, boolean infinities) {
    Approximation expected = new Approximation(tensor(1, p), new double[] {0, radius});
    Approximation actual = Approximation.exact(tensor(1, q));
    return Difference.of(expected, actual, true, largest, infinities, Optional.empty());
  }

  @Test
  void whatHasNoRadiusIsBitIdenticalOrWrong() {
    assertThat(of(2, 2, 0).verdict()).isEqualTo(Verdict.BIT_IDENTICAL);
    assertThat(of(0.0, -0.0, 0).verdict()).isEqualTo(Verdict.BIT_IDENTICAL);
    assertThat(of(2, Math.nextUp(2.0), 0).verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void aFiniteRadiusIsABound() {
    assertThat(of(2, 2, 0.5).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(of(2, 2.5, 0.5).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(of(2, 2.51, 0.5).verdict()).isEqualTo(Verdict.WRONG);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NaN})
  void aRadiusThatIsNotFiniteIsNoBound(double radius) {
    assertThat(of(2, 2, radius).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(of(2, 2.00003, radius).verdict()).isEqualTo(Verdict.SAMPLED);
    assertThat(of(2, 2.00003, radius).toString()).contains("tolerance 4.10e-05");
    assertThat(of(2, 2.0001, radius).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(of(2, INFINITE, radius).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(of(2, Double.NaN, radius).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(of(Double.NaN, Double.NaN, radius).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
  }

  @Test
  void aBudgetDecidesOnlyBeyondTheBound() {
    assertThat(of(2, 2.25, 0.5, new Budget(0, 0.125)).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    Difference accepted = of(2, 3, 0.5, new Budget(0.5, 1));
    assertThat(accepted.verdict()).isEqualTo(Verdict.WITHIN_BUDGET);
    assertThat(accepted)
        .hasToString(
            "difference 1.00e+00, bound 5.00e-01, at most 2.000 of it and 0.500 of the budget");
    assertThat(of(2, 3, 0.5, new Budget(0.25, 0.25)).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(of(2, 2, 0.5, new Budget(0, 0)).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(of(2, Double.NaN, 0.5, new Budget(1, 1)).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(accepted.and(of(2, 4, 0.5, new Budget(0.5, 0))).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(accepted.tried(of(2, 4, 0.5, new Budget(0.5, 0))).verdict())
        .isEqualTo(Verdict.WRONG);
  }

  private static Difference of(double p, double q, double radius, Budget budget) {
    Approximation expected = new Approximation(tensor(p), new double[] {radius});
    Approximation actual = Approximation.exact(tensor(q));
    return Difference.of(expected, actual, true, INFINITE, false, Optional.of(budget));
  }

  @Test
  void anElementWithoutABoundDoesNotWidenThoseOfOthers() {
    Approximation expected = new Approximation(tensor(1000, 1), new double[] {INFINITE, 1e-6});
    Approximation near = Approximation.exact(tensor(1000.001, 1.0000005));
    Approximation far = Approximation.exact(tensor(1000.001, 1.000002));
    assertThat(Difference.of(expected, near, true, INFINITE, false, Optional.empty()).verdict())
        .isEqualTo(Verdict.SAMPLED);
    assertThat(Difference.of(expected, far, true, INFINITE, false, Optional.empty()).verdict())
        .isEqualTo(Verdict.WRONG);
  }

  @ParameterizedTest
  @CsvSource({
    "Infinity, -Infinity",
    "-Infinity, Infinity",
    "NaN, Infinity",
    "NaN, -Infinity",
    "Infinity, NaN",
    "-Infinity, NaN"
  })
  void unequalInfinitiesAreWrongOfWhatWasCaptured(double p, double q) {
    assertThat(of(p, q, INFINITE).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(of(p, q, INFINITE, Float.MAX_VALUE, false).verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void equalInfinitiesAgree() {
    assertThat(of(INFINITE, INFINITE, 0).verdict()).isEqualTo(Verdict.BIT_IDENTICAL);
    assertThat(of(INFINITE, INFINITE, INFINITE).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
  }

  @ParameterizedTest
  @CsvSource({"NaN, Infinity", "NaN, -Infinity", "Infinity, NaN", "-Infinity, NaN"})
  void infinitiesThatWerePutThereMayCancelWhereTheyAreAdded(double p, double q) {
    assertThat(of(p, q, INFINITE, INFINITE, true).agrees()).isTrue();
    assertThat(of(p, q, Double.NaN, INFINITE, true).agrees()).isTrue();
    assertThat(of(p, q, 0, INFINITE, true).verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void anInfinityNeverBecomesTheOtherOrANumber() {
    assertThat(of(INFINITE, -INFINITE, INFINITE, INFINITE, true).agrees()).isFalse();
    assertThat(of(-INFINITE, INFINITE, Double.NaN, INFINITE, true).agrees()).isFalse();
    assertThat(of(INFINITE, 1, INFINITE, INFINITE, true).agrees()).isFalse();
    assertThat(of(1, Double.NaN, INFINITE, INFINITE, true).agrees()).isFalse();
  }

  @Test
  void whatIsNearTheLargestMayOverflow() {
    double largest = Float.MAX_VALUE;
    assertThat(of(largest, INFINITE, largest * 1e-7, largest, false).agrees()).isTrue();
    assertThat(of(largest / 2, INFINITE, largest * 1e-7, largest, false).agrees()).isFalse();
    assertThat(of(largest, Double.NaN, largest * 1e-7, largest, false).agrees()).isFalse();
  }

  @Test
  void theWorstOfAllDecides() {
    Difference bounded = of(2, 2.25, 0.5);
    Difference sampled = of(2, 2.00003, INFINITE);
    assertThat(Difference.NONE.and(bounded).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(sampled.and(bounded).verdict()).isEqualTo(Verdict.SAMPLED);
    assertThat(bounded.tried(sampled).verdict()).isEqualTo(Verdict.SAMPLED);
    assertThat(Difference.NONE.tried(bounded).verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(sampled.and(of(2, 3, 0.5)).verdict()).isEqualTo(Verdict.WRONG);
  }
}
