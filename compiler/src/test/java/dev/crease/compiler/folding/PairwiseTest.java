package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairwiseTest {
  private static final List<Axis> AXES =
      List.of(
          Axis.of("a", 1, 2, 3, 4),
          Axis.of("b", 1, 2, 3),
          Axis.of("c", true, false),
          Axis.of("d", true, false),
          Axis.of("e", 1, 2, 3),
          Axis.of("f", true, false));

  @Test
  void everyPairOccurs() {
    assertThat(Pairwise.uncovered(AXES, Pairwise.variants(AXES))).isEmpty();
  }

  /// No fewer than the two longest axes ask for, and far from all 288.
  @Test
  void fewVariantsDo() {
    assertThat(Pairwise.variants(AXES)).hasSizeBetween(4 * 3, 20).doesNotHaveDuplicates();
  }

  @Test
  void theSameAtEachCall() {
    assertThat(Pairwise.variants(AXES)).isEqualTo(Pairwise.variants(AXES));
  }

  @Test
  void oneAxisIsListed() {
    assertThat(Pairwise.variants(List.of(Axis.of("a", 1, 2, 3)))).hasSize(3);
  }

  @Test
  void aMissingPairIsFound() {
    List<Variant> variants = Pairwise.variants(AXES);
    assertThat(Pairwise.uncovered(AXES, variants.subList(1, variants.size()))).isNotEmpty();
  }
}
