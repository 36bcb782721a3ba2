package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.math.Clip;
import dev.crease.runtime.ElementType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A clamp of `x` to 1 to 4, each known to within 0.5, 0.25 and 0.125: where only one of the three
/// can be the result its radius counts, elsewhere the largest. All numbers are exact in binary.
class ClampRulesTest {
  private static final double DX = 0.5;
  private static final double LOW = 0.25;
  private static final double HIGH = 0.125;

  private static Approximation scalar(double value, double radius) {
    DoubleTensor tensor = new DoubleTensor(ElementType.FLOAT32, new int[] {}, new double[] {value});
    return new Approximation(tensor, new double[] {radius});
  }

  private static double radius(double x, double low, double high) {
    DoubleTensor y =
        new DoubleTensor(
            ElementType.FLOAT32, new int[] {}, new double[] {Math.min(Math.max(x, low), high)});
    List<Approximation> operands = List.of(scalar(x, DX), scalar(low, LOW), scalar(high, HIGH));
    return ErrorRules.apply(new Application(new Clip(), operands, y, Rounding.FLOAT))
        .orElseThrow()
        .radius(0);
  }

  @ParameterizedTest
  @CsvSource({
    // Inside, if x - 0.5 > 1.25 and x + 0.5 < 3.875.
    "1.75, 0.5",
    "1.875, 0.5",
    "3.25, 0.5",
    "3.375, 0.5",
    // Below, if x + 0.5 < 0.75.
    "0.125, 0.25",
    "0.25, 0.5",
    "0.375, 0.5",
    // Above, if x - 0.5 > 4.125.
    "4.75, 0.125",
    "4.625, 0.5",
    "4.5, 0.5"
  })
  void onlyWhatCanBeTheResultCounts(double x, double expected) {
    assertThat(radius(x, 1, 4)).isEqualTo(expected);
  }

  /// Bounds that may have changed places: the upper one is the result for the values as they are.
  @ParameterizedTest
  @CsvSource({"1.25, 0.25", "1.375, 0.25", "1.5, 0.125"})
  void boundsThatMayCross(double high, double expected) {
    assertThat(radius(8, 1, high)).isEqualTo(expected);
    assertThat(radius(-8, 1, high)).isEqualTo(high == 1.5 ? LOW : DX);
  }
}
