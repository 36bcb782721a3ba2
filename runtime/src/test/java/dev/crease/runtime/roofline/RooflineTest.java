package dev.crease.runtime.roofline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.roofline.Roofline.Bandwidth;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RooflineTest {
  /// 100 GFLOP/s; 50 GB/s over a KiB, 10 GB/s over 64 KiB.
  private static final Roofline ROOF =
      new Roofline(1e11, List.of(new Bandwidth(1 << 16, 1e10), new Bandwidth(1 << 10, 5e10)));

  @Test
  void workTakesAsLongAsWhatBindsIt() {
    assertThat(ROOF.nanoseconds(1_000, 500)).isCloseTo(10, within(1e-9));
    assertThat(ROOF.nanoseconds(999, 500)).isCloseTo(10, within(1e-9));
    assertThat(ROOF.nanoseconds(2_000, 500)).isCloseTo(20, within(1e-9));
    assertThat(ROOF.isBoundByBytes(999, 500)).isTrue();
    assertThat(ROOF.isBoundByBytes(2_000, 500)).isFalse();
    assertThat(ROOF.nanoseconds(0, 0)).isZero();
  }

  @Test
  void bandwidthLiesBetweenSizesThatWereMeasured() {
    assertThat(ROOF.bandwidth(1)).isEqualTo(5e10);
    assertThat(ROOF.bandwidth(1 << 10)).isEqualTo(5e10);
    assertThat(ROOF.bandwidth(1 << 13)).as("half of the way in logarithms").isEqualTo(3e10);
    assertThat(ROOF.bandwidth(1 << 16)).isEqualTo(1e10);
    assertThat(ROOF.bandwidth(1L << 40)).isEqualTo(1e10);
    assertThat(ROOF.memoryBandwidth()).isEqualTo(1e10);
  }

  @Test
  void ratesArePositive() {
    assertThatThrownBy(() -> new Roofline(0, ROOF.bandwidths()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Roofline(1e9, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Roofline(1e9, List.of(new Bandwidth(1, 0))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Roofline.measure(0, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Roofline.measure(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// A processor of a few GHz with vectors of 4 to 16 lanes and one to four units computes between
  /// these limits on one thread, and no machine reads memory faster than its nearest cache.
  @Test
  void measuresWhatAProcessorCanDo() {
    Roofline roof = Roofline.measure(1, Duration.ofMillis(200));
    assertThat(roof.operationsPerSecond()).isBetween(1e9, 1e12);
    assertThat(roof.memoryBandwidth()).isBetween(1e8, 1e12);
    List<Bandwidth> bandwidths = roof.bandwidths();
    assertThat(bandwidths).hasSizeGreaterThan(2);
    assertThat(IntStream.range(1, bandwidths.size()))
        .allSatisfy(
            i -> {
              Bandwidth smaller = bandwidths.get(i - 1);
              Bandwidth larger = bandwidths.get(i);
              assertThat(larger.bytes()).isEqualTo(4 * smaller.bytes());
              assertThat(larger.bytesPerSecond()).isLessThanOrEqualTo(smaller.bytesPerSecond());
            });
  }

  @Test
  void bothKindsOfLoopsComputeTheSame() {
    float[] array = new float[2 * ProbeLoops.STRIDE];
    for (int i = 0; i < array.length; i++) {
      array[i] = i;
    }
    VectorLoops vector = new VectorLoops();
    assertThat(vector.read(array, ProbeLoops.STRIDE, array.length))
        .isEqualTo(IntStream.range(ProbeLoops.STRIDE, array.length).sum());
    // All chains end at 2, where x / 2 + 1 = x; there are as many lanes as half the operations.
    assertThat(vector.multiplyAdd(100, 0.5f, 1)).isEqualTo(2f * vector.operationsPerRound() / 2);
    assertThat(new PlainLoops().multiplyAdd(100, 0.5f, 1)).isEqualTo(4);
  }
}
