package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import org.junit.jupiter.api.Test;

class ApproximationTest {
  private static DoubleTensor tensor(ElementType type, double... elements) {
    return new DoubleTensor(type, new int[] {elements.length}, elements);
  }

  private static final Approximation OFF =
      new Approximation(tensor(ElementType.FLOAT32, -2, 4), new double[] {0.5, 0.25});

  @Test
  void anExactTensorHasNoRadius() {
    Approximation exact = Approximation.exact(OFF.tensor());
    assertThat(exact.isExact()).isTrue();
    assertThat(exact.radius(1)).isZero();
    assertThat(exact.radii().data()).containsExactly(0, 0);
    assertThat(OFF.isExact()).isFalse();
    assertThat(OFF.radius(1)).isEqualTo(0.25);
  }

  @Test
  void reachAndSpreadAreNoSmallerThanWhatIsMeant() {
    assertThat(OFF.magnitude().data()).containsExactly(2, 4);
    assertThat(OFF.reach().data()).containsExactly(2.5, 4.25);
    assertThat(OFF.spread(0.125).data()).containsExactly(0.5 + 2.5 / 8, 0.25 + 4.25 / 8);
  }

  @Test
  void floatingPointElementsAreRoundedToTheirType() {
    Approximation tenth = Approximation.exact(tensor(ElementType.FLOAT32, 0.1)).rounded();
    assertThat(tenth.data()).containsExactly(0.1f);
    DoubleTensor whole = tensor(ElementType.INT32, 7);
    assertThat(Approximation.exact(whole).rounded().tensor()).isSameAs(whole);
  }
}
