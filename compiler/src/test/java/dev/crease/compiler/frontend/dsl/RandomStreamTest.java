package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The generator that the language specifies.
class RandomStreamTest {
  /// The first outputs of SplitMix64 for seed 1234567, as its authors' reference code gives them.
  @Test
  void givesTheBitsOfSplitMix64() {
    RandomStream stream = new RandomStream(1234567);
    assertThat(stream.bits(0)).isEqualTo(Long.parseUnsignedLong("6457827717110365317"));
    assertThat(stream.bits(1)).isEqualTo(Long.parseUnsignedLong("3203168211198807973"));
    assertThat(stream.bits(2)).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
    assertThat(stream.bits(3)).isEqualTo(Long.parseUnsignedLong("4593380528125082431"));
    assertThat(stream.bits(4)).isEqualTo(Long.parseUnsignedLong("16408922859458223821"));
  }

  @Test
  void normalNumbersHaveTheirMoments() {
    RandomStream stream = new RandomStream(7);
    double sum = 0;
    double squares = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      double value = stream.normal(i);
      sum += value;
      squares += value * value;
    }
    assertThat(sum / count).isCloseTo(0, within(0.01));
    assertThat(squares / count).isCloseTo(1, within(0.01));
  }

  @Test
  void initializersScaleByTheirFans() {
    double[] he = weights("he_normal(seed = 7)");
    double expected = (float) (StrictMath.sqrt(2.0 / 36) * new RandomStream(7).normal(5));
    assertThat(he[5]).isEqualTo(expected);
    assertThat(maximum("he_uniform()")).isCloseTo(StrictMath.sqrt(6.0 / 36), within(0.01));
    assertThat(maximum("xavier_uniform(3)")).isCloseTo(StrictMath.sqrt(6.0 / 108), within(0.01));
    assertThat(maximum("uniform(-2, 2)")).isCloseTo(2, within(0.05));
    assertThat(Arrays.stream(weights("normal(mean = 3, std = 0.1)")).average().orElseThrow())
        .isCloseTo(3, within(0.02));
  }

  @Test
  void anAutomaticSeedFollowsTheNames() {
    double[] first = weights("he_normal(seed = auto)");
    assertThat(weights("he_normal()")).isEqualTo(first);
    double expected = (float) (StrictMath.sqrt(2.0 / 36) * RandomStream.of("M", "w").normal(0));
    assertThat(first[0]).isEqualTo(expected);
    assertThat(RandomStream.of("M", "w").bits(0)).isNotEqualTo(RandomStream.of("M", "v").bits(0));
  }

  private static double maximum(String initializer) {
    return Arrays.stream(weights(initializer)).max().orElseThrow();
  }

  private static double[] weights(String initializer) {
    String text = "model M() -> (w: f32[8, 4, 3, 3]) { w: f32[8, 4, 3, 3] = " + initializer + "}";
    Graph graph = TextReader.read(text, "test").graph();
    Constant constant = graph.constants().values().iterator().next();
    return constant.doubles();
  }
}
