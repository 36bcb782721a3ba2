package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.Constant;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoefficientsTest {
  private static Coefficients of(double... values) {
    return Coefficients.given(
        Constant.derived(ElementType.FLOAT64, new long[] {values.length}, values::clone));
  }

  private static Coefficients stored(float... values) {
    return Coefficients.made(Constant.of(Tensor.of(values, values.length)));
  }

  private static void assertIs(Coefficients c, double... values) {
    assertThat(c.lo()).containsExactly(values);
    assertThat(c.hi()).containsExactly(values);
  }

  @Test
  void aStoredNumberStandsForAllThatRoundToIt() {
    Coefficients c = stored(3, -3, 0);
    double units = 0.5 + 0x1p-21;
    assertThat(c.slack()).containsExactly(units * 0x1p-22, units * 0x1p-22, units * 0x1p-149);
    assertThat(c.magnitude()).containsExactly(3, 3, 0);
    assertThat(c.isZero()).isFalse();
    assertThat(stored(0).isZero()).isFalse();
    assertThat(of(0, 0).isZero()).isTrue();
  }

  @Test
  void aDerivedNumberIsNotRoundedYet() {
    double third = 1.0 / 3;
    Constant derived =
        Constant.derived(ElementType.FLOAT32, new long[] {1}, () -> new double[] {third});
    Coefficients c = Coefficients.made(derived);
    assertIs(c, third);
    assertThat(c.slack()).containsExactly(0x1p-25 * 0x1p-25);
    assertThat(Coefficients.given(derived).slack()).isNull();
  }

  @Test
  void whatIsNoNumberIsNotCovered() {
    assertThatThrownBy(() -> stored(1, Float.NaN))
        .isInstanceOf(NotCoveredException.class)
        .hasMessage("a constant has the element NaN");
    Constant lost =
        Constant.derived(ElementType.FLOAT32, new long[] {1}, () -> new double[] {1e300});
    assertThatThrownBy(() -> Coefficients.made(lost))
        .isInstanceOf(NotCoveredException.class)
        .hasMessageContaining("is not stored rounded to nearest: Infinity for 1.0E300");
  }

  @Test
  void signsAndZerosAreKnownOfWholeEnclosures() {
    Coefficients around =
        new Coefficients(
            new int[] {2}, new double[] {-1, 1}, new double[] {0, 2}, new double[] {1, 2}, null, 1);
    assertThat(around.hasZero()).isTrue();
    assertThat(around.isNowhereNegative()).isFalse();
    assertThat(around.isSomewhereNotZero()).isTrue();
    assertThat(around.isAll(-1)).isFalse();
    assertThat(around.text(0)).isEqualTo("[-1.0, 0.0]");
    assertThat(of(0, 1).hasZero()).isTrue();
    assertThat(of(-1, 1).hasZero()).isFalse();
    assertThat(of(0, 1).isNowhereNegative()).isTrue();
    assertThat(of(0, 0).isSomewhereNotZero()).isFalse();
    assertThat(of(0, -1).isSomewhereNotZero()).isTrue();
    assertThat(of(2, 2).isAll(2)).isTrue();
    assertThat(of(2, 3).isAll(2)).isFalse();
    assertThat(of(2).text(0)).isEqualTo("2.0");
    assertThat(around.negated().lo()).containsExactly(0, -2);
    assertThat(around.negated().hi()).containsExactly(1, -1);
  }

  @Test
  void sumsAddMagnitudesSlackAndSummands() {
    Coefficients sum = stored(3, 5).plus(of(-2, 1).over(new int[] {2}));
    assertIs(sum, 1, 6);
    assertThat(sum.magnitude()).containsExactly(5, 6);
    assertThat(sum.slack()).containsExactly(stored(3, 5).slack());
    assertThat(sum.summands()).isEqualTo(2);
    Coefficients other = of(-2, 1).plus(stored(3, 5));
    assertThat(other.slack()).containsExactly(stored(3, 5).slack());
    double own = stored(3).slack()[0];
    assertThat(stored(3).plus(stored(3)).slack()).containsExactly(2 * own);
    Coefficients x = of(3);
    assertThat(x.plus(Coefficients.ZERO)).isSameAs(x);
    assertThat(Coefficients.ZERO.plus(x)).isSameAs(x);
    assertThat(of(0).shaped(1, 1).plus(x).dims()).containsExactly(1, 1);
    assertThat(x.plus(of(0).shaped(1, 1)).dims()).containsExactly(1, 1);
  }

  @Test
  void productsScaleMagnitudesAndSlack() {
    double own = stored(3).slack()[0];
    Coefficients scaled = stored(3).times(of(-4));
    assertIs(scaled, -12);
    assertThat(scaled.magnitude()).containsExactly(12);
    assertThat(scaled.slack()).containsExactly(4 * own);
    assertThat(of(-4).times(stored(3)).slack()).containsExactly(4 * own);
    assertThat(stored(3).times(stored(-3)).slack()).containsExactly(3 * own + 3 * own + own * own);
    assertThat(scaled.summands()).isEqualTo(1);
    Coefficients sum = of(1).plus(of(2));
    assertThat(sum.times(of(2)).summands()).isEqualTo(2);
    assertThat(of(2).times(sum).summands()).isEqualTo(2);
    assertThat(sum.times(Coefficients.ONE)).isSameAs(sum);
    assertThat(sum.times(stored(1)).slack()).isNotNull();
    assertThat(of(3).times(of(1).shaped(1, 1)).dims()).containsExactly(1, 1);
  }

  @Test
  void reciprocalsAndRootsTakeWhatTheyCan() {
    assertIs(of(4, -2).reciprocal(), 0.25, -0.5);
    Coefficients third = of(3).reciprocal();
    assertThat(third.lo()[0]).isLessThan(third.hi()[0]);
    assertThat(third.lo()[0] * 3).isLessThanOrEqualTo(1);
    assertIs(of(4, 9).root(), 2, 3);
    Coefficients range =
        new Coefficients(
            new int[] {1}, new double[] {2}, new double[] {4}, new double[] {4}, null, 3);
    assertThat(range.reciprocal().lo()).containsExactly(0.25);
    assertThat(range.reciprocal().hi()).containsExactly(0.5);
    assertThat(range.reciprocal().summands()).isEqualTo(3);
    for (Coefficients c : List.of(of(0), stored(3))) {
      assertThatThrownBy(c::reciprocal).isInstanceOf(NotCoveredException.class);
      assertThatThrownBy(c::root).isInstanceOf(NotCoveredException.class);
    }
    assertThatThrownBy(() -> of(-1).root()).hasMessage("a square root of -1.0");
  }

  @Test
  void axesAndPlaces() {
    assertThat(of(1, 2).along(1, 4).dims()).containsExactly(1, 2, 1, 1);
    assertThat(of(1, 2).along(1, 4).isAlong(1, 4)).isTrue();
    assertThat(of(1, 2).along(1, 4).isAlong(2, 4)).isFalse();
    assertThat(of(1, 2).isAlong(2, 3)).isTrue();
    assertThat(of(1, 2).isAlong(0, 3)).isFalse();
    assertIs(of(1, 2).gathered(new int[] {3}, new int[] {1, 0, 1}), 2, 1, 2);
    Coefficients x = stored(1, 2);
    assertThat(x.except(new boolean[] {false, false}, 7)).isSameAs(x);
    Coefficients changed = x.except(new boolean[] {false, true}, -7);
    assertIs(changed, 1, -7);
    assertThat(changed.magnitude()).containsExactly(1, 7);
    assertThat(changed.slack()).containsExactly(x.slack()[0], 0);
    assertThat(of(1, 2).except(new boolean[] {true, false}, 0).slack()).isNull();
    Coefficients third = of(3, 3).reciprocal().except(new boolean[] {true, false}, 0);
    assertThat(third.lo()[0]).isZero();
    assertThat(third.hi()[0]).isZero();
    assertThat(third.hi()[1]).isGreaterThan(third.lo()[1]);
  }

  /// What each addition loses is summed by itself: the bounds are next to the sum, not far off.
  @Test
  void longSumsStayClose() {
    int[] targets = {0, 1, 0, 0};
    Coefficients sums = of(0x1p53, 5, 1, -0x1p53).summed(targets, 2);
    assertIs(sums, 1, 5);
    assertThat(sums.magnitude()).containsExactly(0x1p54, 5);
    assertThat(sums.summands()).isEqualTo(3);
    assertThat(sums.slack()).isNull();
    double own = stored(3).slack()[0];
    assertThat(stored(3, 3).summed(new int[] {0, 0}, 1).slack()).containsExactly(2 * own);
    Coefficients tenths = of(0.1, 0.2, 0.3).summed(new int[] {0, 0, 0}, 1);
    assertThat(tenths.lo()[0]).isLessThan(tenths.hi()[0]);
    assertThat(tenths.hi()[0] - tenths.lo()[0]).isLessThanOrEqualTo(2 * Math.ulp(0.6));
    assertThat(of(1).summed(new int[] {0}, 2).lo()).containsExactly(1, 0);
  }

  @Test
  void stackedElementsKeepTheirSlack() {
    Coefficients stacked = Coefficients.stacked(List.of(stored(3), of(1, 2)));
    assertIs(stacked, 3, 1, 2);
    assertThat(stacked.slack()).containsExactly(stored(3).slack()[0], 0, 0);
    assertThat(stacked.magnitude()).containsExactly(3, 1, 2);
    assertThat(stacked.dims()).containsExactly(3);
    Coefficients sum = of(1).plus(of(2));
    assertThat(Coefficients.stacked(List.of(of(1), sum)).summands()).isEqualTo(2);
    assertThat(Coefficients.stacked(List.of(of(1), sum)).slack()).isNull();
  }
}
