package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsupportedOperatorsTest {
  @Test
  void tellsWhyOneIsMissing() {
    assertThat(UnsupportedOperators.reason("QuantizeLinear").orElseThrow()).contains("quantized");
    assertThat(UnsupportedOperators.reason("StringSplit").orElseThrow()).contains("text");
    assertThat(UnsupportedOperators.reason("Relu")).isEmpty();
    assertThat(UnsupportedOperators.reason("Rleu")).isEmpty();
  }

  @Test
  void noneOfThemIsThere() {
    assertThat(UnsupportedOperators.reasons().keySet())
        .isNotEmpty()
        .doesNotContainAnyElementsOf(Operators.names());
  }
}
