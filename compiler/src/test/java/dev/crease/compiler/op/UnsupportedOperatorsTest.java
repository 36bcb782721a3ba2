package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsupportedOperatorsTest {
  @Test
  void namesWhatIsMissing() {
    assertThat(UnsupportedOperators.NAMES)
        .contains("QuantizeLinear", "StringSplit")
        .doesNotContain("TopK", "Relu");
  }
}
