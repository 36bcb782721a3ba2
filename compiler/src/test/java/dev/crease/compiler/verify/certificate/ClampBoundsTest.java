package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is known of bounds that were scaled and shifted: enclosures, magnitudes and slack.
class ClampBoundsTest {
  private static final double ENDLESS = Double.POSITIVE_INFINITY;

  private static Coefficients enclosed(double lo, double hi, double magnitude, double slack) {
    double @Nullable [] rounded = slack < 0 ? null : new double[] {slack};
    return new Coefficients(
        new int[] {1}, new double[] {lo}, new double[] {hi}, new double[] {magnitude}, rounded, 1);
  }

  private static Coefficients of(double value) {
    return enclosed(value, value, Math.abs(value), -1);
  }

  private static Coefficients stored(double value, double slack) {
    return enclosed(value, value, Math.abs(value), slack);
  }

  private static ClampBounds bounds(Coefficients s, Coefficients t, double lower, double upper) {
    return ClampBounds.of(s, t, of(lower), of(upper)).orElseThrow();
  }

  private static void assertIs(Coefficients c, double lo, double hi, double magnitude) {
    assertThat(c.lo()).containsExactly(lo);
    assertThat(c.hi()).containsExactly(hi);
    assertThat(c.magnitude()).containsExactly(magnitude);
  }

  @Test
  void boundsAreShiftedAndScaledBack() {
    ClampBounds bounds = bounds(of(2), of(4), 1, 9);
    assertIs(bounds.lower(), -1.5, -1.5, 2.5);
    assertIs(bounds.upper(), 2.5, 2.5, 6.5);
    assertIs(bounds.slope(), 2, 2, 2);
    assertIs(bounds.shift(), 4, 4, 4);
    assertThat(bounds.areOpen()).isFalse();
    ClampBounds turned = bounds(of(-2), of(4), 1, 9);
    assertIs(turned.lower(), -2.5, -2.5, 6.5);
    assertIs(turned.upper(), 1.5, 1.5, 2.5);
  }

  @Test
  void enclosuresOfAScaleGiveEnclosures() {
    ClampBounds bounds = bounds(enclosed(2, 4, 4, -1), enclosed(0, 4, 5, -1), 8, ENDLESS);
    assertIs(bounds.lower(), 1, 4, 6.5);
    assertIs(bounds.upper(), ENDLESS, ENDLESS, 0);
    ClampBounds turned = bounds(enclosed(-4, -2, 4, -1), of(0), 8, ENDLESS);
    assertIs(turned.lower(), -ENDLESS, -ENDLESS, 0);
    assertIs(turned.upper(), -4, -2, 4);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 0", "-1, 1"})
  void aScaleOfUnknownSignIsNotTaken(double lo, double hi) {
    assertThat(ClampBounds.of(enclosed(lo, hi, 1, -1), of(0), of(0), of(1))).isEmpty();
  }

  @Test
  void aScaleOfZeroHoldsWhatIsClamped() {
    ClampBounds inside = bounds(of(0), enclosed(4, 5, 7, -1), 1, 9);
    assertIs(inside.shift(), 4, 5, 7);
    assertIs(inside.slope(), 0, 0, 0);
    assertThat(inside.areOpen()).isTrue();
    assertIs(bounds(of(0), of(-4), 1, 9).shift(), 1, 1, 4);
    assertIs(bounds(of(0), of(4), -9, -5).shift(), -5, -5, 5);
  }

  @Test
  void boundsThatMeetHoldWhateverIsScaled() {
    ClampBounds held = bounds(of(2), of(4), 3, 3);
    assertIs(held.shift(), 3, 3, 4);
    assertIs(held.slope(), 0, 0, 0);
    assertThat(held.areOpen()).isTrue();
    Coefficients wide = enclosed(3, 4, 4, -1);
    assertIs(ClampBounds.of(of(2), of(4), of(3), wide).orElseThrow().slope(), 2, 2, 2);
    assertIs(ClampBounds.of(of(2), of(4), wide, of(4)).orElseThrow().slope(), 2, 2, 2);
  }

  /// One number that is rounded is enough for slack of all.
  @Test
  void whatIsRoundedHasSlack() {
    ClampBounds none = bounds(of(2), of(4), 1, 9);
    assertThat(none.lower().slack()).isNull();
    assertThat(none.upper().slack()).isNull();
    assertThat(none.shift().slack()).isNull();
    ClampBounds lower = ClampBounds.of(of(-4), of(4), stored(1, 0.5), of(9)).orElseThrow();
    assertThat(lower.upper().slack()).containsExactly(Math.nextUp(0.125));
    assertThat(lower.lower().slack()).containsExactly(0);
    assertThat(lower.shift().slack()).containsExactly(0);
    ClampBounds upper = ClampBounds.of(of(4), of(4), of(1), stored(9, 0.5)).orElseThrow();
    assertThat(upper.upper().slack()).containsExactly(Math.nextUp(0.125));
    assertThat(upper.lower().slack()).containsExactly(0);
  }

  @Test
  void aShiftThatIsRoundedIsNotTakenOutOfBounds() {
    assertThat(ClampBounds.of(of(2), stored(4, 0.5), of(1), of(9))).isEmpty();
    ClampBounds exact = ClampBounds.of(of(2), stored(4, 0), of(1), of(9)).orElseThrow();
    assertThat(exact.lower().slack()).containsExactly(0);
    ClampBounds held = ClampBounds.of(of(0), stored(4, 0.5), of(1), of(9)).orElseThrow();
    assertThat(held.shift().slack()).containsExactly(0.5);
    held = ClampBounds.of(of(0), stored(4, 0.25), stored(1, 0.5), of(9)).orElseThrow();
    assertThat(held.shift().slack()).containsExactly(0.5);
    held = ClampBounds.of(of(0), stored(4, 0.25), of(1), stored(9, 0.5)).orElseThrow();
    assertThat(held.shift().slack()).containsExactly(0.5);
  }
}
