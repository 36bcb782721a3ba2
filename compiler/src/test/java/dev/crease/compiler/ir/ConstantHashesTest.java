package dev.crease.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConstantHashesTest {
  /// More than two stretches, and no whole number of them.
  private static final int MANY = 2 * Constant.CHUNK + 5;

  private static byte[] bytes(Constant constant) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    constant.bytes(out::writeBytes);
    return out.toByteArray();
  }

  private static String hash(Constant constant) {
    return new ConstantHashes().of(constant);
  }

  @Test
  void hashesAreThoseOfTheStoredBytes() {
    // sha256sum of 64 zero bytes, and of none
    assertThat(hash(Constant.splat(ElementType.FLOAT32, new long[] {16}, 0)))
        .isEqualTo("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
    assertThat(hash(Constant.splat(ElementType.INT64, new long[] {0}, 7)))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void theSameNumbersHaveOneHashHoweverTheyAreHeld() {
    float[] values = new float[MANY];
    double[] wide = new double[MANY];
    ByteBuffer file = ByteBuffer.allocate(4 * MANY).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < MANY; i++) {
      values[i] = i * 0.1f;
      // Rounds to the same number.
      wide[i] = values[i] * (1 + 0x1p-40);
      file.putFloat(values[i]);
    }
    long[] dims = {MANY};
    Constant stored = Constant.of(Tensor.of(values, MANY));
    List<Constant> others =
        List.of(
            Constant.mapped(ElementType.FLOAT32, dims, MemorySegment.ofArray(file.array())),
            Constant.derived(ElementType.FLOAT32, dims, wide::clone),
            Constant.streamed(
                ElementType.FLOAT32,
                dims,
                () -> (from, count, into) -> System.arraycopy(wide, from, into, 0, count)));
    assertThat(bytes(stored)).isEqualTo(file.array());
    assertThat(others)
        .allSatisfy(
            other -> {
              assertThat(bytes(other)).isEqualTo(file.array());
              assertThat(hash(other)).isEqualTo(hash(stored));
            });
    values[MANY - 1] = Math.nextUp(values[MANY - 1]);
    assertThat(hash(stored)).isNotEqualTo(hash(others.getFirst()));
  }

  @Test
  void integersBeyondDoublesAndStringsKeepAllTheyAre() {
    long large = (1L << 53) + 1;
    byte[] bytes = bytes(Constant.ofLongs(large));
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong()).isEqualTo(large);
    Constant split = Constant.of(Tensor.of(new String[] {"ab", "é"}, 2));
    Constant other = Constant.of(Tensor.of(new String[] {"a", "bé"}, 2));
    assertThat(bytes(split)).isEqualTo(new byte[] {2, 0, 0, 0, 'a', 'b', 2, 0, 0, 0, -61, -87});
    assertThat(hash(split)).isNotEqualTo(hash(other));
  }

  @Test
  void eachIsComputedOnce() {
    AtomicInteger runs = new AtomicInteger();
    Constant derived =
        Constant.derived(
            ElementType.FLOAT32,
            new long[] {3},
            () -> {
              runs.incrementAndGet();
              double[] values = new double[3];
              Arrays.fill(values, 1);
              return values;
            });
    ConstantHashes hashes = new ConstantHashes();
    assertThat(hashes.of(derived)).isEqualTo(hashes.of(derived));
    assertThat(runs).hasValue(1);
  }
}
