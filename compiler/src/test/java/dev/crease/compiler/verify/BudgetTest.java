package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static DoubleTensor tensor(ElementType type, double... elements) {
    return new DoubleTensor(type, new int[] {elements.length}, elements);
  }

  private static double share(Budget budget, double y, double z) {
    return budget.share(tensor(ElementType.FLOAT32, 0, y), tensor(ElementType.FLOAT32, 0, z));
  }

  @Test
  void eachElementHasItsOwnAllowance() {
    Budget budget = new Budget(0.5, 1);
    assertThat(share(budget, 4, 5.5)).isEqualTo(0.5);
    assertThat(share(budget, -4, -1)).isEqualTo(1);
    assertThat(share(budget, 0, 2)).isEqualTo(2);
    DoubleTensor expected = tensor(ElementType.FLOAT32, 1000, 0);
    assertThat(new Budget(0.5, 0).share(expected, tensor(ElementType.FLOAT32, 1000, 1)))
        .isEqualTo(INFINITE);
  }

  @Test
  void whatIsNotFiniteMustBeTheSame() {
    Budget budget = new Budget(1, 1);
    assertThat(share(budget, Double.NaN, Double.NaN)).isZero();
    assertThat(share(budget, INFINITE, INFINITE)).isZero();
    assertThat(share(budget, INFINITE, -INFINITE)).isEqualTo(INFINITE);
    assertThat(share(budget, INFINITE, 1)).isEqualTo(INFINITE);
    assertThat(share(budget, 1, INFINITE)).isEqualTo(INFINITE);
    assertThat(share(budget, 1, Double.NaN)).isEqualTo(INFINITE);
  }

  @Test
  void integersMustBeEqual() {
    Budget budget = new Budget(1, 1);
    DoubleTensor seven = tensor(ElementType.INT64, 7);
    assertThat(budget.share(seven, seven)).isZero();
    assertThat(budget.share(seven, tensor(ElementType.INT64, 8))).isEqualTo(INFINITE);
  }

  @Test
  void nothingIsAllowedByZero() {
    assertThat(share(new Budget(0, 0), 3, 3)).isZero();
    assertThat(share(new Budget(0, 0), 3, Math.nextUp(3.0))).isEqualTo(INFINITE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void tolerancesAreFiniteAndNotNegative(double tolerance) {
    assertThatThrownBy(() -> new Budget(tolerance, 0)).hasMessageContaining("relative");
    assertThatThrownBy(() -> new Budget(0, tolerance)).hasMessageContaining("absolute");
  }
}
