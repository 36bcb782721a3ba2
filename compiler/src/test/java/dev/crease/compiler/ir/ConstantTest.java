package dev.crease.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConstantTest {
  private static final long[] PAIR = {2};

  @Test
  void mappedElementsAreLittleEndian() {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(1.5f).putFloat(-2f);
    Constant constant =
        Constant.mapped(ElementType.FLOAT32, PAIR, MemorySegment.ofArray(bytes.array()));
    assertThat((float[]) constant.array()).containsExactly(1.5f, -2f);
    assertThat(constant.doubles()).containsExactly(1.5, -2);
    assertThat(constant).isEqualTo(Constant.of(Tensor.of(new float[] {1.5f, -2f}, 2)));
  }

  @Test
  void magnitudesAreBoundedWhereverElementsAre() {
    float[] values = {1, -3, 0, -0f, Float.MIN_VALUE, 2};
    assertThat(mapped(values).magnitudes()).isEqualTo(new Magnitudes(Float.MIN_VALUE, 3));
    assertThat(stored(values).magnitudes()).isEqualTo(new Magnitudes(Float.MIN_VALUE, 3));
    for (Constant zeros : List.of(mapped(0, -0f), stored(0, -0f), mapped(), stored())) {
      assertThat(zeros.magnitudes()).isEqualTo(new Magnitudes(Double.POSITIVE_INFINITY, 0));
    }
    assertThat(mapped(1, Float.NaN, -4).magnitudes().largest()).isNaN();
    assertThat(stored(1, Float.NaN, -4).magnitudes().largest()).isNaN();
    assertThat(mapped(1, Float.NEGATIVE_INFINITY).magnitudes().largest()).isInfinite();
    assertThat(Constant.splat(ElementType.INT64, PAIR, -5).magnitudes())
        .isEqualTo(new Magnitudes(5, 5));
  }

  @Test
  void boundsOfProductsHoldThem() {
    Magnitudes some = new Magnitudes(0.5, 3);
    Magnitudes none = stored(0).magnitudes();
    assertThat(some.times(new Magnitudes(0.25, 7))).isEqualTo(new Magnitudes(0.125, 21));
    assertThat(some.times(none)).isEqualTo(none);
    assertThat(none.times(some)).isEqualTo(none);
  }

  private static Constant stored(float... values) {
    return Constant.of(Tensor.of(values, values.length));
  }

  private static Constant mapped(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Constant.mapped(
        ElementType.FLOAT32, new long[] {values.length}, MemorySegment.ofArray(bytes.array()));
  }

  /// Longer than what is in memory at a time.
  @Test
  void stretchesAreWhatTheWholeIs() {
    float[] values = new float[3 * Constant.CHUNK + 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 3f;
    }
    double[] all = stored(values).doubles();
    Constant streamed =
        Constant.streamed(
            ElementType.FLOAT32, new long[] {values.length}, mapped(values)::stretches);
    Constant derived =
        Constant.derived(ElementType.FLOAT32, new long[] {values.length}, all::clone);
    for (Constant each : List.of(stored(values), mapped(values), streamed, derived)) {
      double[] stretch = new double[Constant.CHUNK + 9];
      each.stretches().read(7, Constant.CHUNK + 2, stretch);
      assertThat(Arrays.copyOf(stretch, Constant.CHUNK + 2))
          .isEqualTo(Arrays.copyOfRange(all, 7, Constant.CHUNK + 9));
      assertThat(each.doubles()).isEqualTo(all);
      assertThat((float[]) each.array()).isEqualTo(values);
      assertThat(each.count(x -> x > 1)).isEqualTo(values.length - 4);
      assertThat(each.magnitudes()).isEqualTo(new Magnitudes(1 / 3f, values[values.length - 1]));
    }
  }

  @Test
  void mappedSizeMustMatch() {
    MemorySegment three = MemorySegment.ofArray(new byte[3]);
    assertThatThrownBy(() -> Constant.mapped(ElementType.FLOAT32, PAIR, three))
        .hasMessageContaining("needs 8 bytes, got 3");
  }

  @Test
  void chainsOfDerivedConstantsRoundOnce() {
    double third = 1.0 / 3;
    Constant first =
        Constant.derived(ElementType.FLOAT32, PAIR, () -> new double[] {third, 2 * third});
    Constant second =
        Constant.derived(
            ElementType.FLOAT32,
            PAIR,
            () -> {
              double[] values = first.doubles();
              values[0] *= 3;
              values[1] *= 3;
              return values;
            });
    assertThat(second.doubles()).containsExactly(1.0, 2.0);
    assertThat((float[]) first.array()).containsExactly((float) third, (float) (2 * third));
    assertThat(first.toDoubleTensor().data()[0]).isEqualTo((float) third);
  }

  @Test
  void halfPrecisionRoundsOnceFromDouble() {
    // Just above the midpoint between 1 and 1 + 2^-10: a float in between would round it down.
    double aboveMidpoint = 1 + 0x1p-11 + 0x1p-40;
    short[] bits =
        (short[]) Elements.fromDoubles(ElementType.FLOAT16, new double[] {aboveMidpoint});
    assertThat(Float.float16ToFloat(bits[0])).isEqualTo(1 + 0x1p-10f);
    short[] brain =
        (short[])
            Elements.fromDoubles(
                ElementType.BFLOAT16, new double[] {1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-8, Double.NaN});
    assertThat(Elements.toDoubles(ElementType.BFLOAT16, brain))
        .containsExactly(1 + 0x1p-7, 1, Double.NaN);
  }

  @Test
  void integersOfEveryTypeRoundTrip() {
    for (ElementType type : ElementType.values()) {
      if (!type.isInteger()) {
        continue;
      }
      double[] values = type.isUnsigned() ? new double[] {0, 200} : new double[] {-100, 100};
      Object array = Elements.fromDoubles(type, values);
      assertThat(Elements.toDoubles(type, array)).as("%s", type).containsExactly(values);
    }
    Object large = Elements.fromDoubles(ElementType.UINT64, new double[] {0x1p63 + 0x1p20});
    assertThat(Elements.toDoubles(ElementType.UINT64, large)).containsExactly(0x1p63 + 0x1p20);
  }

  @Test
  void splatsHoldOneValue() {
    Constant ones = Constant.splat(ElementType.INT64, new long[] {2, 2}, 1);
    assertThat(ones.longs()).containsExactly(1, 1, 1, 1);
    assertThat(ones.reshaped(4).dims()).containsExactly(4);
    assertThatThrownBy(() -> Constant.scalar(1f).longs()).hasMessageContaining("f32");
  }
}
