package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Functions with results that data sizes, on values worked out by hand.
class DataDependentTest {
  private static final OptionalInt NONE = OptionalInt.empty();
  private static final Tensor WORDS = Tensor.of(new String[] {"b", "", "a", "b"}, 4);
  private static final Tensor ROWS = Tensor.of(new float[] {2, 1, 0, 0, 2, 1, 0, 5}, 4, 2);

  private static List<Tensor> compute(TensorFunction function, Tensor... operands) {
    return function.apply(Arrays.stream(operands).map(Optional::of).toList());
  }

  private static Tensor longs(long... values) {
    return Tensor.of(values, values.length);
  }

  @Test
  void positionsOfNonZeros() {
    assertThat(compute(new NonZeros(), ROWS))
        .containsExactly(Tensor.of(new long[] {0, 0, 2, 2, 3, 0, 1, 0, 1, 1}, 2, 5));
    assertThat(compute(new NonZeros(), WORDS))
        .containsExactly(Tensor.of(new long[] {0, 2, 3}, 1, 3));
    assertThat(compute(new NonZeros(), Tensor.of(new float[0], 2, 0)))
        .containsExactly(Tensor.of(new long[0], 2, 0));
  }

  @Test
  void chosenSlices() {
    Tensor second = Tensor.of(new boolean[] {false, true}, 2);
    assertThat(compute(new Compression(OptionalInt.of(1)), ROWS, second))
        .containsExactly(Tensor.of(new float[] {1, 0, 1, 5}, 4, 1));
    assertThat(compute(new Compression(OptionalInt.of(0)), ROWS, second))
        .containsExactly(Tensor.of(new float[] {0, 0}, 1, 2));
    assertThat(compute(new Compression(NONE), WORDS, second))
        .containsExactly(Tensor.of(new String[] {""}, 1));
  }

  @Test
  void differentElements() {
    assertThat(compute(new UniqueElements(NONE, true), WORDS))
        .containsExactly(
            Tensor.of(new String[] {"", "a", "b"}, 3),
            longs(1, 2, 0),
            longs(2, 0, 1, 2),
            longs(1, 1, 2));
    assertThat(compute(new UniqueElements(NONE, false), WORDS))
        .containsExactly(
            Tensor.of(new String[] {"b", "", "a"}, 3),
            longs(0, 1, 2),
            longs(0, 1, 2, 0),
            longs(2, 1, 1));
    long large = 1L << 60; // Doubles do not tell it from its neighbours.
    assertThat(compute(new UniqueElements(NONE, true), longs(large + 1, large, -1)).getFirst())
        .isEqualTo(longs(-1, large, large + 1));
  }

  @Test
  void differentSlices() {
    assertThat(compute(new UniqueElements(OptionalInt.of(0), true), ROWS))
        .containsExactly(
            Tensor.of(new float[] {0, 0, 0, 5, 2, 1}, 3, 2),
            longs(1, 3, 0),
            longs(2, 0, 2, 1),
            longs(1, 1, 2));
  }

  /// The second box overlaps the first by 0.9 / 1.1, the third touches nothing.
  @Test
  void boxesThatOverlapLess() {
    Tensor boxes = Tensor.of(new float[] {0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 9, 9, 8, 8}, 1, 3, 4);
    Tensor scores = Tensor.of(new float[] {0.5f, 0.9f, 0.2f}, 1, 1, 3);
    Tensor most = longs(3);
    Tensor half = Tensor.of(new float[] {0.5f}, 1);
    BoxSelection selection = new BoxSelection(false);
    assertThat(compute(selection, boxes, scores, most, half))
        .containsExactly(Tensor.of(new long[] {0, 0, 1, 0, 0, 2}, 2, 3));
    assertThat(compute(selection, boxes, scores, most, half, half))
        .containsExactly(Tensor.of(new long[] {0, 0, 1}, 1, 3));
    assertThat(compute(selection, boxes, scores)).containsExactly(Tensor.of(new long[0], 0, 3));
  }
}
