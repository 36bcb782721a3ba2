package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsupportedOperatorsTest {
  @Test
  void noneIsSupported() {
    assertThat(UnsupportedOperators.NAMES).doesNotContainAnyElementsOf(Operators.names());
  }
}
