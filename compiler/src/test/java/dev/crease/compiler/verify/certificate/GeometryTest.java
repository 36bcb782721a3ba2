package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.verify.certificate.Geometry.Channel;
import dev.crease.compiler.verify.certificate.Geometry.Taps;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where taps read, and which channel a weight is of.
class GeometryTest {
  private static Taps taps(List<Long> begins, List<Long> ends) {
    return new Taps(List.of(2L, 3L), List.of(1L, 2L), begins, ends, List.of(2, 3));
  }

  @Test
  void tapsReadAtTheirOffsets() {
    Taps taps = taps(List.of(1L, 2L), List.of(0L, 1L));
    assertThat(taps.count()).isEqualTo(6);
    assertThat(taps.offset(0)).containsExactly(-1L, -2L);
    assertThat(taps.offset(1)).containsExactly(-1L, 0L);
    assertThat(taps.offset(5)).containsExactly(0L, 2L);
    assertThat(taps.passing(List.of(2L, 4L)).strides()).containsExactly(4L, 12L);
  }

  private static boolean[] inside(List<Long> begins, List<Long> ends) {
    int[] w = {2, 1, 2, 3};
    return Linear.convolution(taps(begins, ends), 1, w).readsNoPadding(12);
  }

  /// Taps 0 to 5 are three in each of two rows, two places apart; both output channels have them.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 012345",
    "1, 0, 0, 0, 345",
    "0, 0, 1, 0, 012",
    "0, 1, 0, 0, 1245",
    "0, 2, 0, 0, 1245",
    "0, 3, 0, 0, 25",
    "0, 4, 0, 0, 25",
    "0, 5, 0, 0, ''",
    "0, 0, 0, 1, 0134",
    "0, 0, 0, 2, 0134",
    "0, 0, 0, 3, 03",
    "1, 2, 0, 1, 4",
    "2, 0, 0, 0, ''"
  })
  void tapsThatReadNoPadding(long top, long left, long bottom, long right, String expected) {
    boolean[] inside = inside(List.of(top, left), List.of(bottom, right));
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      assertThat(inside[i + 6]).isEqualTo(inside[i]);
      found.append(inside[i] ? String.valueOf(i) : "");
    }
    assertThat(found).hasToString(expected);
  }

  @Test
  void weightsAreOfTheChannelsOfTheirGroup() {
    Attributes groups = Attributes.NONE.with("group", 2).with("auto_pad", "NOTSET");
    Geometry map = Linear.convolution(groups, new int[] {4, 2, 1});
    assertThat(map.out().ofAll(8)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    assertThat(map.in().ofAll(8)).containsExactly(0, 1, 0, 1, 2, 3, 2, 3);
    Geometry turned = Linear.transposed(groups, new int[] {4, 2, 1});
    assertThat(turned.in().ofAll(8)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    assertThat(turned.out().ofAll(8)).containsExactly(0, 1, 0, 1, 2, 3, 2, 3);
  }

  @Test
  void channelsAreDividedAndPlaced() {
    Geometry product = Linear.product(1, 1, new int[] {1, 4}, false);
    assertThat(product.out()).isEqualTo(new Channel(4, 1, 1, 0, 1, 4));
    assertThat(product.split(2).out().ofAll(4)).containsExactly(0, 0, 1, 1);
    assertThat(product.split(2).out().channels()).isEqualTo(2);
    assertThat(product.among(3, 9).out().ofAll(4)).containsExactly(3, 4, 5, 6);
    assertThat(product.among(3, 9).out().channels()).isEqualTo(9);
    assertThat(product.split(2).among(3, 9).out().ofAll(4)).containsExactly(3, 3, 4, 4);
    assertThat(product.among(3, 9).among(2, 12).out().ofAll(4)).containsExactly(5, 6, 7, 8);
    assertThat(product.some(3, 2).out().ofAll(6)).containsExactly(0, 0, 1, 1, 2, 2);
  }

  @Test
  void oneTapWithoutPaddingReadsOnePlace() {
    Attributes plain = Attributes.NONE.with("group", 1).with("auto_pad", "NOTSET");
    assertThat(Linear.convolution(plain, new int[] {1, 1, 1}).isPointwise()).isTrue();
    assertThat(Linear.convolution(plain, new int[] {1, 1, 2}).isPointwise()).isFalse();
    Attributes padded = plain.with("pads", List.of(0L, 1L));
    assertThat(Linear.convolution(padded, new int[] {1, 1, 1}).isPointwise()).isFalse();
    Attributes same = plain.with("auto_pad", "SAME_UPPER");
    assertThat(Linear.convolution(same, new int[] {1, 1, 1}).isPointwise()).isTrue();
    assertThat(Linear.convolution(same, new int[] {1, 1, 3}).isPointwise()).isFalse();
    assertThat(Linear.convolution(same, new int[] {1, 1, 3}).taps()).isEmpty();
    assertThat(Linear.product(1, 1, new int[] {2, 2}, false).isPointwise()).isTrue();
    assertThat(Linear.product(1, 1, new int[] {3, 2, 2}, false).isPointwise()).isFalse();
    assertThat(Geometry.DIAGONAL.isPointwise()).isFalse();
  }
}
