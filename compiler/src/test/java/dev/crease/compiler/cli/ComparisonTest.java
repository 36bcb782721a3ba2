package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.Tensor;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void boundGrowsWithTheLargestExpectedMagnitude() {
    Tensor expected = Tensor.of(new float[] {100, -1}, 2);
    Comparison near = Comparison.of(expected, Tensor.of(new float[] {100, -1.0019f}, 2));
    Comparison far = Comparison.of(expected, Tensor.of(new float[] {100, -1.0021f}, 2));
    assertThat(near.bound()).isEqualTo(2e-5 * 100 + 1e-6);
    assertThat(near.agrees()).isTrue();
    assertThat(far.agrees()).isFalse();
    assertThat(far.verdict()).isEqualTo("WRONG");
  }

  @Test
  void specialValuesAgreeOnlyWithThemselves() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    Tensor expected = Tensor.of(new float[] {nan, inf, -inf, 0f}, 4);
    assertThat(Comparison.of(expected, Tensor.of(new float[] {nan, inf, -inf, -0f}, 4)).agrees())
        .isTrue();
    assertThat(Comparison.of(expected, Tensor.of(new float[] {0, inf, -inf, 0}, 4)).agrees())
        .isFalse();
    assertThat(Comparison.of(expected, Tensor.of(new float[] {nan, -inf, -inf, 0}, 4)).agrees())
        .isFalse();
    assertThat(Comparison.of(expected, Tensor.of(new float[] {nan, inf, -inf, nan}, 4)).agrees())
        .isFalse();
  }

  @Test
  void howMuchIsNoNumberIsTold() {
    Tensor some = Tensor.of(new float[] {Float.NaN, 1, Float.NaN}, 3);
    assertThat(Comparison.of(some, some)).asString().endsWith(", 2 elements NaN on both sides");
    Tensor none = Tensor.of(new float[] {1}, 1);
    assertThat(Comparison.of(none, none)).asString().doesNotContain("NaN");
  }

  @Test
  void integersAndBooleansAndStringsMustBeEqual() {
    Tensor longs = Tensor.of(new long[] {1, 2}, 2);
    assertThat(Comparison.of(longs, Tensor.of(new long[] {1, 2}, 2)).agrees()).isTrue();
    assertThat(Comparison.of(longs, Tensor.of(new long[] {1, 3}, 2)).toString())
        .isEqualTo("element 1: expected 2, got 3");
    assertThat(
            Comparison.of(Tensor.of(new boolean[] {true}, 1), Tensor.of(new boolean[] {false}, 1))
                .agrees())
        .isFalse();
    assertThat(
            Comparison.of(Tensor.of(new String[] {"a"}, 1), Tensor.of(new String[] {"b"}, 1))
                .toString())
        .isEqualTo("element 0: expected \"a\", got \"b\"");
  }

  @Test
  void typeAndShapeMustBeEqual() {
    Tensor expected = Tensor.of(new float[] {1, 2}, 2);
    assertThat(Comparison.of(expected, Tensor.of(new double[] {1, 2}, 2)).agrees()).isFalse();
    assertThat(Comparison.of(expected, Tensor.of(new float[] {1, 2}, 2, 1)).toString())
        .isEqualTo("expected f32[2], got f32[2, 1]");
  }

  @Test
  void halfPrecisionIsAllowedOneStep() {
    Tensor expected = Tensor.of(dev.crease.runtime.ElementType.FLOAT16, new short[] {0x3c00}, 1);
    Tensor next = Tensor.of(dev.crease.runtime.ElementType.FLOAT16, new short[] {0x3c01}, 1);
    Tensor third = Tensor.of(dev.crease.runtime.ElementType.FLOAT16, new short[] {0x3c03}, 1);
    assertThat(Comparison.of(expected, next).agrees()).isTrue();
    assertThat(Comparison.of(expected, third).agrees()).isFalse();
  }
}
