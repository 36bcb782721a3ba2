package dev.crease.compiler.pass.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.ElementType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredRangeTest {
  private static final double SUBNORMAL = StoredRange.of(ElementType.FLOAT16).subnormal();

  private static Optional<String> defect(ElementType element, double before, double after) {
    double[] stored = {1, after};
    double[] given = {1, before};
    return StoredRange.of(element).defect("w", () -> given, () -> stored, i -> i);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void whatRoundsToInfinityIsBeyondIt(ElementType element) {
    StoredRange range = StoredRange.of(element);
    double most = Math.nextDown(range.overflow());
    assertThat(range.holds(-most)).isTrue();
    assertThat(defect(element, 1, -most)).isEmpty();
    assertThat(defect(element, 1, -range.overflow()))
        .contains(
            "w would be %s in channel 1, beyond the range of %s"
                .formatted(-range.overflow(), element));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32"})
  void infinityItselfIsHeldAsABoundOnly(ElementType element) {
    StoredRange range = StoredRange.of(element);
    assertThat(range.holds(range.overflow())).isFalse();
    assertThat(range.holds(Double.NaN)).isFalse();
    assertThat(range.holds(Double.NEGATIVE_INFINITY)).isTrue();
    assertThat(defect(element, 1, Double.NEGATIVE_INFINITY)).isPresent();
  }

  @Test
  void onlyWhatBecomesSubnormalLosesDigits() {
    double below = Math.nextDown(SUBNORMAL);
    assertThat(defect(ElementType.FLOAT16, SUBNORMAL, -below)).isPresent();
    assertThat(defect(ElementType.FLOAT16, below, below)).isEmpty();
    assertThat(defect(ElementType.FLOAT16, 1, SUBNORMAL)).isEmpty();
    assertThat(defect(ElementType.FLOAT16, 1, 0)).isEmpty();
    assertThat(defect(ElementType.FLOAT32, 1, below)).isEmpty();
  }
}
