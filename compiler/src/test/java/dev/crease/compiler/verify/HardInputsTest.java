package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HardInputsTest {
  private static final int CHANNELS = 3;
  private static final int ROWS = 5;
  private static final int COLUMNS = 4;

  private static final DoubleTensor PICTURES =
      new DoubleTensor(ElementType.FLOAT32, new int[] {1, CHANNELS, ROWS, COLUMNS}, filled(60));
  private static final DoubleTensor WHOLE =
      new DoubleTensor(ElementType.INT64, new int[] {2}, new double[] {5, 6});

  private static double[] filled(int count) {
    double[] elements = new double[count];
    Arrays.fill(elements, 7);
    return elements;
  }

  private static List<DoubleTensor> kinds(DoubleTensor tensor, long seed) {
    return HardInputs.like(List.of(tensor, WHOLE), seed).stream().map(List::getFirst).toList();
  }

  private static Set<Integer> positions(double[] elements, double of) {
    Set<Integer> positions = new TreeSet<>();
    for (int i = 0; i < elements.length; i++) {
      if (Double.compare(elements[i], of) == 0) {
        positions.add(i % (ROWS * COLUMNS));
      }
    }
    return positions;
  }

  @Test
  void cornersAndMiddleAreOneAndAllElseZero() {
    Set<Integer> channels = new TreeSet<>();
    for (int seed = 0; seed < 20; seed++) {
      double[] corners = kinds(PICTURES, seed).getFirst().data();
      assertThat(positions(corners, 1)).containsExactly(0, 3, 9, 16, 19);
      assertThat(Arrays.stream(corners).filter(x -> x == 0).count()).isEqualTo(60 - 5);
      for (int i = 0; i < corners.length; i++) {
        if (corners[i] == 1) {
          channels.add(i / (ROWS * COLUMNS));
        }
      }
    }
    assertThat(channels).containsExactly(0, 1, 2);
  }

  @Test
  void largeNumbersHaveBothSigns() {
    double[] large = kinds(PICTURES, 1).get(1).data();
    assertThat(large).contains(0x1p60).contains(-0x1p60);
    assertThat(Arrays.stream(large).map(Math::abs)).containsOnly(0x1p60);
  }

  @Test
  void smallNumbersAreSubnormalAndOfBothSigns() {
    double[] small = kinds(PICTURES, 1).get(2).data();
    assertThat(Arrays.stream(small).filter(x -> x != 0).map(Math::abs).max().orElseThrow())
        .isBetween(0x1p-131, Float.MIN_NORMAL / 2.0);
    assertThat(Arrays.stream(small).filter(x -> x < 0).count()).isBetween(10L, 50L);
    assertThat(Arrays.stream(small).distinct().count()).isEqualTo(60);
  }

  @Test
  void bothEndsAreInfiniteAndNothingElseIs() {
    double[] elements = kinds(PICTURES, 1).get(HardInputs.INFINITE).data();
    assertThat(positions(elements, Double.NEGATIVE_INFINITY)).containsExactly(0);
    assertThat(positions(elements, Double.POSITIVE_INFINITY)).containsExactly(19);
    assertThat(Arrays.stream(elements).filter(x -> x == 7).count()).isEqualTo(58);
  }

  @Test
  void bothEndsAreNoNumbersInTheLastKind() {
    double[] elements = kinds(PICTURES, 1).getLast().data();
    assertThat(positions(elements, Double.NaN)).containsExactly(0, 19);
    assertThat(Arrays.stream(elements).filter(x -> x == 7).count()).isEqualTo(58);
  }

  @Test
  void shapesTypesAndWholeNumbersStay() {
    List<List<DoubleTensor>> variants = HardInputs.like(List.of(PICTURES, WHOLE), 1);
    assertThat(variants)
        .hasSize(5)
        .allSatisfy(
            variant -> {
              assertThat(variant.getFirst()).hasToString("f32[1, 3, 5, 4]");
              assertThat(variant.get(1)).isSameAs(WHOLE);
            });
    assertThat(PICTURES.data()).containsOnly(7);
    assertThat(HardInputs.like(List.of(WHOLE), 1)).isEmpty();
    DoubleTensor none = DoubleTensor.zeros(ElementType.FLOAT32, 0, 3);
    assertThat(kinds(none, 1)).allMatch(tensor -> tensor == none);
  }

  /// A vector is one channel of one picture; a matrix has a channel for each column.
  @Test
  void vectorsAndMatricesHaveOnePosition() {
    DoubleTensor vector = DoubleTensor.zeros(ElementType.FLOAT32, 4);
    assertThat(kinds(vector, 1).getFirst().data()).containsExactly(1, 0, 0, 0);
    DoubleTensor matrix = DoubleTensor.zeros(ElementType.FLOAT32, 2, 40);
    double[] corners = kinds(matrix, 1).getFirst().data();
    assertThat(Arrays.stream(corners, 0, 40).filter(x -> x == 1).count()).isBetween(3L, 5L);
    assertThat(Arrays.stream(corners, 40, 80).sum()).isZero();
    DoubleTensor signal = DoubleTensor.zeros(ElementType.FLOAT32, 1, 1, 9);
    assertThat(kinds(signal, 1).getFirst().data()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
  }
}
