package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import org.junit.jupiter.api.Test;

/// What is printed of a tensor is what it holds.
class TensorSummaryTest {
  @Test
  void integersKeepAllTheirDigits() {
    long odd = (1L << 53) + 1;
    Tensor tensor = Tensor.of(new long[] {odd, Long.MIN_VALUE, Long.MAX_VALUE}, 3);
    assertThat(TensorSummary.of(tensor))
        .contains("min -9223372036854775808", "max 9223372036854775807 at 2")
        .endsWith("[9007199254740993, -9223372036854775808, 9223372036854775807]");
  }

  @Test
  void unsignedIntegersAreNotNegative() {
    Tensor tensor = Tensor.of(ElementType.UINT64, new long[] {-1, 1, 5}, 3);
    assertThat(TensorSummary.of(tensor))
        .contains("min 1", "max 18446744073709551615 at 0", "mean 6.149e+18")
        .endsWith("[18446744073709551615, 1, 5]");
  }

  @Test
  void numbersThatAreNoneAreCounted() {
    Tensor tensor = Tensor.of(new float[] {Float.NaN, 1, 3}, 3);
    assertThat(TensorSummary.of(tensor))
        .contains("min 1.00000", "max 3.00000 at 2", "mean 2.000", "NaN 1 times");
    assertThat(TensorSummary.of(Tensor.of(new float[] {Float.NaN, Float.NaN}, 2)))
        .contains("all NaN");
  }

  @Test
  void anElementHasNoRange() {
    assertThat(TensorSummary.of(Tensor.of(new float[] {0.5f}))).endsWith("  [0.500000]");
    assertThat(TensorSummary.of(Tensor.of(new long[0], 0))).endsWith("  []");
  }
}
