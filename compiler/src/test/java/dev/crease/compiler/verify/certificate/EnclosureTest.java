package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bounds are the number itself where that is a double, and its two neighbours where not.
class EnclosureTest {
  private static void assertEncloses(double nearest, double low, double high) {
    assertThat(low).isEqualTo(Math.nextDown(nearest));
    assertThat(high).isEqualTo(Math.nextUp(nearest));
  }

  @Test
  void sums() {
    assertThat(Enclosure.sum(1, 2, false)).isEqualTo(3);
    assertThat(Enclosure.sum(1, 2, true)).isEqualTo(3);
    assertEncloses(1, Enclosure.sum(1, 0x1p-60, false), Enclosure.sum(1, 0x1p-60, true));
    assertEncloses(1, Enclosure.sum(0x1p-60, 1, false), Enclosure.sum(0x1p-60, 1, true));
    assertThat(Enclosure.lost(1, 0x1p-60)).isEqualTo(0x1p-60);
    assertThat(Enclosure.lost(0x1p-60, 1)).isEqualTo(0x1p-60);
    assertThat(Enclosure.lost(0x1p53, -1.5)).isEqualTo(0.5);
  }

  private static double product(double a, double b, boolean up) {
    return Enclosure.product(a, a, b, b, up);
  }

  @Test
  void products() {
    assertThat(product(1.5, 3, false)).isEqualTo(4.5);
    assertThat(product(1.5, 3, true)).isEqualTo(4.5);
    assertEncloses(0.1 * 0.1, product(0.1, 0.1, false), product(0.1, 0.1, true));
    assertThat(product(0, 0.1, true)).isZero();
    assertThat(product(0.1, 0, false)).isZero();
    assertEncloses(0x1p-900, product(0x1p-450, 0x1p-450, false), product(0x1p-450, 0x1p-450, true));
    assertThat(product(-0x1p-449, 0x1p-450, true)).isEqualTo(-0x1p-899);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 3, 4, 3, 8",
    "-1, 2, 3, 4, -4, 8",
    "-2, -1, 3, 4, -8, -3",
    "-1, 2, -4, 3, -8, 6",
    "2, 2, -4, 3, -8, 6",
    "-1, 2, -4, -4, -8, 4",
    "-3, -1, -4, -2, 2, 12"
  })
  void productsOfRanges(
      double lo, double hi, double otherLo, double otherHi, double low, double high) {
    assertThat(Enclosure.product(lo, hi, otherLo, otherHi, false)).isEqualTo(low);
    assertThat(Enclosure.product(lo, hi, otherLo, otherHi, true)).isEqualTo(high);
  }

  @Test
  void quotientsAndRoots() {
    assertThat(Enclosure.quotient(3, 2, true)).isEqualTo(1.5);
    assertThat(Enclosure.quotient(-3, 2, false)).isEqualTo(-1.5);
    assertEncloses(1.0 / 3, Enclosure.quotient(1, 3, false), Enclosure.quotient(1, 3, true));
    assertEncloses(
        0x1p-900, Enclosure.quotient(1, 0x1p900, false), Enclosure.quotient(1, 0x1p900, true));
    assertEncloses(
        0x1p-700,
        Enclosure.quotient(0x1p-900, 0x1p-200, false),
        Enclosure.quotient(0x1p-900, 0x1p-200, true));
    assertThat(Enclosure.root(9, false)).isEqualTo(3);
    assertThat(Enclosure.root(9, true)).isEqualTo(3);
    double two = Math.sqrt(2);
    assertEncloses(two, Enclosure.root(2, false), Enclosure.root(2, true));
    assertEncloses(0x1p-450, Enclosure.root(0x1p-900, false), Enclosure.root(0x1p-900, true));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 3, 0x1p-51",
    "FLOAT32, 3, 0x1p-22",
    "FLOAT16, 3, 0x1p-9",
    "BFLOAT16, 3, 0x1p-6",
    "FLOAT16, 0, 0x1p-24",
    "FLOAT16, 0x1p-20, 0x1p-24",
    "FLOAT16, -5, 0x1p-8",
    "BFLOAT16, 0, 0x1p-133",
    "FLOAT32, 0, 0x1p-149"
  })
  void unitsInTheLastPlace(ElementType type, double value, double ulp) {
    assertThat(Ulp.of(type, value)).isEqualTo(ulp);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 0x1p-1022", "FLOAT32, 0x1p-126", "BFLOAT16, 0x1p-126", "FLOAT16, 0x1p-14"})
  void smallestNormalNumbers(ElementType type, double smallest) {
    assertThat(Ulp.smallestNormal(type)).isEqualTo(smallest);
    assertThatThrownBy(() -> Ulp.smallestNormal(ElementType.INT32))
        .isInstanceOf(NotCoveredException.class);
    assertThatThrownBy(() -> Ulp.of(ElementType.INT32, 1)).hasMessage("i32 is not floating point");
  }

  @Test
  void indexesBroadcast() {
    assertThat(Indexes.broadcast(new int[] {2, 1, 3}, new int[] {4, 1})).containsExactly(2, 4, 3);
    assertThat(Indexes.broadcast(new int[] {4, 1}, new int[] {2, 1, 3})).containsExactly(2, 4, 3);
    assertThatThrownBy(() -> Indexes.broadcast(new int[] {2}, new int[] {3}))
        .isInstanceOf(NotCoveredException.class)
        .hasMessage("[2] and [3] do not broadcast");
    assertThat(Indexes.of(new int[] {2, 1}, new int[] {2, 2, 3}))
        .containsExactly(0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    assertThat(Indexes.of(new int[] {2, 1, 3}, new int[] {2, 2, 3}))
        .containsExactly(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5);
    assertThat(Indexes.of(new int[] {2, 2}, new int[] {2, 2})).containsExactly(0, 1, 2, 3);
    assertThat(Indexes.strides(new int[] {2, 3, 4})).containsExactly(12, 4, 1);
    assertThat(Indexes.count(new int[] {2, 3, 4})).isEqualTo(24);
  }
}
