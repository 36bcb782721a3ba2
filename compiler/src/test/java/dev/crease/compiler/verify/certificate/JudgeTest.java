package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Where one coefficient is right, wrong, or neither, at the limits of what rounding allows.
class JudgeTest {
  private static final double ENDLESS = Double.POSITIVE_INFINITY;

  private final Judge judge = new Judge(ElementType.FLOAT32, true);
  private final Judge exact = new Judge(ElementType.FLOAT32, false);

  private static Coefficients enclosed(
      double lo, double hi, double magnitude, double @Nullable ... slack) {
    return new Coefficients(
        new int[] {1},
        new double[] {lo},
        new double[] {hi},
        new double[] {magnitude},
        slack == null || slack.length == 0 ? null : slack,
        1);
  }

  private static Coefficients of(double value, double... slack) {
    return enclosed(value, value, Math.abs(value), slack);
  }

  private static Finding finding(Judge judge, Coefficients before, Coefficients after) {
    judge.compare(before, after, i -> "weight " + i);
    return judge.finding();
  }

  @Test
  void theSameNumberIsIdentical() {
    assertThat(finding(judge, of(3), of(3)))
        .isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1));
    assertThat(judge.wasProved()).isTrue();
  }

  @Test
  void withinTheSlackItIsRounded() {
    assertThat(finding(judge, of(3), of(3.25, 0.25)))
        .isEqualTo(new Finding.Proved(Finding.Kind.WITHIN_ROUNDING, 0.25 / 0x1p-22, 1));
    assertThat(finding(judge.fresh(), of(3), of(3, 0.25)))
        .isEqualTo(new Finding.Proved(Finding.Kind.WITHIN_ROUNDING, 0, 1));
    assertThat(finding(judge.fresh(), of(3), of(2.75, 0.25))).isInstanceOf(Finding.Proved.class);
  }

  @Test
  void beyondTheSlackOfAllItIsWrong() {
    assertThat(finding(judge, of(3), of(3.5, 0.25)))
        .isEqualTo(new Finding.Refuted("weight 0", "3.0", "3.5"));
    assertThat(finding(judge.fresh(), of(3.5), of(3, 0.25)))
        .isEqualTo(new Finding.Refuted("weight 0", "3.5", "3.0"));
    assertThat(judge.isProved()).isFalse();
    assertThat(judge.wasProved()).isFalse();
  }

  @Test
  void betweenBothItIsUndecided() {
    assertThat(finding(judge, enclosed(3, 4, 4), of(4, 0.5)))
        .isEqualTo(new Finding.NotCovered("weight 0: [3.0, 4.0] and 4.0"));
    assertThat(finding(judge.fresh(), enclosed(3, 4, 4), of(3, 0.5)))
        .isInstanceOf(Finding.NotCovered.class);
    assertThat(judge.isProved()).isFalse();
  }

  /// `(32 + 1) 2^-53` of the magnitude is what computing in double may lose.
  @Test
  void whatDoubleRoundsIsAllowed() {
    double allowed = 33 * 0x1p-53 * 1024;
    assertThat(finding(judge, enclosed(1, 1, 1024), of(1 + allowed)))
        .isInstanceOf(Finding.Proved.class);
    assertThat(finding(judge.fresh(), of(1), enclosed(1 + allowed, 1 + allowed, 1024)))
        .isInstanceOf(Finding.Proved.class);
    assertThat(finding(judge.fresh(), enclosed(1, 1, 1024), of(1 + 1.1 * allowed)))
        .isInstanceOf(Finding.Refuted.class);
    Coefficients sum =
        new Coefficients(
            new int[] {1}, new double[] {1}, new double[] {1}, new double[] {1024}, null, 11);
    assertThat(finding(judge.fresh(), sum, of(1 + 43 * 0x1p-53 * 1024)))
        .isInstanceOf(Finding.Proved.class);
    assertThat(finding(judge.fresh(), sum, of(1 + 45 * 0x1p-53 * 1024)))
        .isInstanceOf(Finding.Refuted.class);
  }

  @Test
  void withoutNewConstantsNothingIsRounded() {
    assertThat(finding(exact, of(1), of(Math.nextUp(1.0)))).isInstanceOf(Finding.Refuted.class);
    Judge other = exact.fresh();
    assertThat(finding(other, enclosed(1, Math.nextUp(1.0), 1), enclosed(1, Math.nextUp(1.0), 1)))
        .isInstanceOf(Finding.Proved.class);
  }

  @Test
  void aSubnormalNumberThatBecameZeroIsUndecided() {
    double subnormal = 0x1p-130;
    assertThat(finding(judge, of(subnormal), of(0)))
        .isEqualTo(new Finding.NotCovered("weight 0 was subnormal and is 0"));
    assertThat(finding(judge.fresh(), of(-subnormal), of(0)))
        .isInstanceOf(Finding.NotCovered.class);
    assertThat(finding(judge.fresh(), of(0x1p-126), of(0))).isInstanceOf(Finding.Refuted.class);
    assertThat(finding(judge.fresh(), of(subnormal), of(2 * subnormal)))
        .isInstanceOf(Finding.Refuted.class);
    assertThat(finding(judge.fresh(), enclosed(-1, subnormal, 1), of(0)))
        .isEqualTo(new Finding.NotCovered("weight 0: [-1.0, %s] and 0.0".formatted(subnormal)));
    assertThat(finding(judge.fresh(), of(subnormal), enclosed(0, 0x1p-140, 0)))
        .isInstanceOf(Finding.Refuted.class);
    assertThat(finding(judge.fresh(), of(subnormal), enclosed(-0x1p-140, 0, 0)))
        .isInstanceOf(Finding.Refuted.class);
  }

  @Test
  void infinitiesAreRightWhereTheyAreMeant() {
    assertThat(finding(judge, of(ENDLESS), of(ENDLESS)))
        .isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1));
    assertThat(finding(judge.fresh(), of(ENDLESS), of(-ENDLESS)))
        .isEqualTo(new Finding.Refuted("weight 0", "Infinity", "-Infinity"));
    assertThat(finding(judge.fresh(), of(1), of(ENDLESS))).isInstanceOf(Finding.Refuted.class);
    assertThat(finding(judge.fresh(), of(ENDLESS), of(1))).isInstanceOf(Finding.Refuted.class);
    assertThat(finding(judge.fresh(), enclosed(-ENDLESS, 1, 1), enclosed(-ENDLESS, 2, 1)))
        .isInstanceOf(Finding.Refuted.class);
  }

  @Test
  void theWorstAndTheFirstAreRemembered() {
    Judge other = judge.fresh();
    finding(judge, of(3), of(3.25, 0.25));
    finding(judge, of(3), of(3.5, 0.5));
    finding(judge, of(3), of(3));
    finding(other, of(3), of(4, 1));
    judge.add(other);
    judge.add(judge.fresh());
    // The farthest is 1 off, between 3 and 4; a unit in the last place of 4 is 2^-21.
    assertThat(judge.finding())
        .isEqualTo(new Finding.Proved(Finding.Kind.WITHIN_ROUNDING, 1 / 0x1p-21, 4));
    judge.leave("first");
    judge.leave("second");
    assertThat(judge.finding()).isEqualTo(new Finding.NotCovered("first"));
    other.leave("third");
    other.refute("a", "1", "2");
    other.refute("b", "1", "2");
    judge.add(other);
    assertThat(judge.finding()).isEqualTo(new Finding.Refuted("a", "1", "2"));
    exact.leave("own");
    exact.add(other);
    other = judge.fresh();
    other.refute("own", "1", "2");
    other.add(judge);
    assertThat(other.finding()).isEqualTo(new Finding.Refuted("own", "1", "2"));
    Judge empty = judge.fresh();
    assertThat(empty.isProved()).isTrue();
    assertThat(empty.wasProved()).isFalse();
    empty.same(of(3));
    assertThat(empty.wasProved()).isTrue();
    assertThat(empty.finding()).isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1));
    Judge left = judge.fresh();
    left.leave("why");
    empty.add(left);
    assertThat(empty.finding()).isEqualTo(new Finding.NotCovered("why"));
  }

  @Test
  void coefficientsAreComparedPlaceByPlace() {
    Coefficients two = of(3).over(new int[] {2});
    Coefficients other = Coefficients.stacked(List.of(of(3), of(4)));
    assertThat(finding(judge, two, other)).isEqualTo(new Finding.Refuted("weight 1", "3.0", "4.0"));
    assertThat(finding(judge.fresh(), of(3), two))
        .isEqualTo(new Finding.Proved(Finding.Kind.IDENTICAL, 0, 2));
  }
}
