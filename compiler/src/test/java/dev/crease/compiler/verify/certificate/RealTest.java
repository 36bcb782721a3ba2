package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealTest {
  private static final BigDecimal RELATIVE_WIDTH = new BigDecimal("1e-37");

  private static void assertIs(Real real, double value) {
    assertThat(real.lo()).isEqualByComparingTo(new BigDecimal(value));
    assertThat(real.hi()).isEqualByComparingTo(new BigDecimal(value));
  }

  private static void assertClose(Real real) {
    BigDecimal width = real.hi().subtract(real.lo());
    assertThat(width).isPositive();
    assertThat(width).isLessThan(real.hi().abs().multiply(RELATIVE_WIDTH));
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 3, 0.1, 1e300, 0x1p-1074, 0.9999999999999999, 1e-5 + 0.7})
  void aRootIsBetweenNumbersWithSquaresAround(double value) {
    Real root = Real.of(value).root();
    BigDecimal square = new BigDecimal(value);
    assertThat(root.lo().multiply(root.lo())).isLessThan(square);
    assertThat(root.hi().multiply(root.hi())).isGreaterThan(square);
    assertClose(root);
  }

  @ParameterizedTest
  @ValueSource(doubles = {4, 0.25, 6.25, 0x1p-100})
  void aRootThatIsShortIsExact(double value) {
    assertIs(Real.of(value).root(), Math.sqrt(value));
  }

  @Test
  void aRootOfManyNumbersIsBetweenNumbersWithSquaresAround() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      double lo = random.nextDouble() + 0x1p-60;
      double hi = lo * (1 + random.nextDouble());
      Real root = Real.between(lo, hi).root();
      assertThat(root.lo().multiply(root.lo())).isLessThanOrEqualTo(new BigDecimal(lo));
      assertThat(root.hi().multiply(root.hi())).isGreaterThanOrEqualTo(new BigDecimal(hi));
    }
  }

  @Test
  void reciprocalsAreRoundedOutwards() {
    assertIs(Real.of(-4).reciprocal(), -0.25);
    for (double value : new double[] {3, -3, 0.1}) {
      Real inverse = Real.of(value).reciprocal();
      Real one = inverse.times(Real.of(value));
      assertThat(one.lo()).isLessThan(BigDecimal.ONE);
      assertThat(one.hi()).isGreaterThan(BigDecimal.ONE);
      assertClose(inverse);
    }
    assertThat(Real.between(2, 4).reciprocal()).isEqualTo(Real.between(0.25, 0.5));
  }

  /// More digits than are kept: the bounds are the two numbers around.
  @Test
  void sumsAndProductsAreRoundedOutwards() {
    Real sum = Real.of(1).plus(Real.of(0x1p-200));
    assertThat(sum.lo()).isEqualByComparingTo(BigDecimal.ONE);
    assertThat(sum.hi()).isGreaterThan(BigDecimal.ONE);
    Real less = Real.of(-1).plus(Real.of(-0x1p-200));
    assertThat(less.lo()).isLessThan(BigDecimal.ONE.negate());
    assertThat(less.hi()).isEqualByComparingTo(BigDecimal.ONE.negate());
    Real product = Real.of(0.1).times(Real.of(0.1));
    BigDecimal exact = new BigDecimal(0.1).multiply(new BigDecimal(0.1));
    assertThat(product.lo()).isLessThan(exact);
    assertThat(product.hi()).isGreaterThan(exact);
    assertIs(Real.of(1).plus(Real.of(-1)), 0);
    assertIs(Real.of(3).plus(Real.of(4)), 7);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 5, 7, 10, 21",
    "-3, -2, 5, 7, -21, -10",
    "-3, -2, -7, -5, 10, 21",
    "-2, 3, 5, 7, -14, 21",
    "-2, 3, -7, 5, -21, 15",
    "-3, 2, -7, 5, -15, 21",
    "-3, 2, 5, 7, -21, 14",
    "2, 3, -7, 5, -21, 15",
    "-3, -2, -7, 5, -15, 21",
    "0, 3, -7, 5, -21, 15"
  })
  void productsOfEnclosures(double a, double b, double c, double d, double low, double high) {
    for (UnaryOperator<Real> swap : swaps(Real.between(c, d))) {
      Real product = swap.apply(Real.between(a, b));
      assertThat(product.lo()).isEqualByComparingTo(new BigDecimal(low));
      assertThat(product.hi()).isEqualByComparingTo(new BigDecimal(high));
    }
  }

  private static Iterable<UnaryOperator<Real>> swaps(Real other) {
    return List.of(real -> real.times(other), other::times);
  }

  @Test
  void signsAndOrder() {
    assertThat(Real.between(-1, 2).negated()).isEqualTo(Real.between(-2, 1));
    assertThat(Real.between(-1, 2).max(Real.between(0, 1))).isEqualTo(Real.between(0, 2));
    assertThat(Real.between(-1, 2).min(Real.between(0, 1))).isEqualTo(Real.between(-1, 1));
  }

  @Test
  void distances() {
    Real low = Real.between(1, 2);
    Real high = Real.between(4, 8);
    assertThat(low.farthest(high)).isEqualTo(7);
    assertThat(high.farthest(low)).isEqualTo(7);
    assertThat(low.gap(high)).isEqualTo(2);
    assertThat(high.gap(low)).isEqualTo(2);
    assertThat(low.farthest(low)).isEqualTo(1);
    assertThat(low.gap(low)).isEqualTo(-1);
    assertThat(Real.between(0, 9).farthest(low)).isEqualTo(8);
  }
}
