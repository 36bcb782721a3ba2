package dev.crease.compiler.pass.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.pass.fold.TapGrid.Axis;
import org.junit.jupiter.api.Test;

class TapGridTest {
  @Test
  void theFewestTapsAmongWhichAreThoseOfBoth() {
    assertThat(new Axis(-1, 1, 1).with(new Axis(-3, 1, 1))).isEqualTo(new Axis(-3, 2, 2));
    assertThat(new Axis(-3, 3, 3).with(new Axis(0, 1, 1))).isEqualTo(new Axis(-3, 3, 3));
    assertThat(new Axis(-2, 4, 2).with(new Axis(-4, 6, 2))).isEqualTo(new Axis(-4, 2, 4));
    assertThat(new Axis(-2, 1, 1).with(new Axis(-2, 1, 1))).isEqualTo(new Axis(-2, 1, 1));
  }
}
