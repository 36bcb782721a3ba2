package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundingTest {
  @Test
  void manyRoundingsComeToMoreThanTheirSum() {
    Rounding quarter = new Rounding(0.25, 0);
    assertThat(quarter.gamma(0)).isZero();
    assertThat(quarter.gamma(2)).isEqualTo(1);
    assertThat(quarter.gamma(3)).isEqualTo(3);
    assertThat(quarter.gamma(4)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(quarter.gamma(5)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  /// Half a unit in the last place, here of 3, which each type stores exactly.
  @ParameterizedTest
  @CsvSource({"FLOAT16, 0x1p-9", "BFLOAT16, 0x1p-6", "FLOAT32, 0x1p-22", "FLOAT64, 0x1p-51"})
  void aStoredNumberIsOffByHalfAUnitInItsLastPlace(ElementType type, double ulp) {
    double expected = (0.5 + 0x1p-20) * ulp + 3 * 0x1p-50;
    assertThat(Rounding.ofStored(type, new double[] {3, -3})).containsExactly(expected, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, 0x1p-20, 0x1p-24",
    "BFLOAT16, 0x1p-130, 0x1p-133",
    "FLOAT32, 0x1p-140, 0x1p-149"
  })
  void subnormalNumbersHaveTheSmallestUnit(ElementType type, double stored, double ulp) {
    double expected = (0.5 + 0x1p-20) * ulp + stored * 0x1p-50;
    assertThat(Rounding.ofStored(type, new double[] {stored})[0])
        .isCloseTo(expected, within(expected * 1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, 0x1p-14",
    "BFLOAT16, 0x1p-126",
    "FLOAT32, 0x1p-126",
    "FLOAT64, 0x1p-1022",
    "INT32, 0"
  })
  void aZeroMayStandForWhatWouldBeSubnormal(ElementType type, double smallest) {
    assertThat(Rounding.ofStored(type, new double[] {0, -0.0})).containsExactly(smallest, smallest);
  }

  /// Half the smallest subnormal number, and nothing that is stored as one.
  @ParameterizedTest
  @CsvSource({
    "FLOAT16, 0x1p-24",
    "BFLOAT16, 0x1p-133",
    "FLOAT32, 0x1p-149",
    "FLOAT64, 0x1p-1074",
    "INT32, 0"
  })
  void aZeroOfAFormulaStandsForWhatRoundsToIt(ElementType type, double least) {
    double half = (0.5 + 0x1p-20) * least;
    assertThat(Rounding.ofFormula(type, new double[] {0, -0.0})).containsExactly(half, half);
  }

  @Test
  void anInfinityIsMeant() {
    double[] endless = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    assertThat(Rounding.ofStored(ElementType.FLOAT32, endless)).containsExactly(0, 0);
  }

  @Test
  void wholeNumbersAreStoredExactlyButForTheirFormula() {
    assertThat(Rounding.ofStored(ElementType.INT64, new double[] {4})).containsExactly(0x1p-48);
  }
}
