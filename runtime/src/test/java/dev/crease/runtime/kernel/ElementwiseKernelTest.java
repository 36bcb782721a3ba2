package dev.crease.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Element-wise kernels: broadcasting, element types, blocked layout, conversions.
class ElementwiseKernelTest {
  private static final Microkernels VECTOR = new VectorMicrokernels(8);
  private static final Activation RELU = new Activation(UnaryFunction.RELU, 0, 0);

  static Strided view(Object array, int... shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return new Strided(array, 0, shape, strides);
  }

  @ParameterizedTest
  @CsvSource({
    "2 3 4 5, 2 3 4 5",
    "2 3 4 5, 5",
    "2 3 4 5, 3 1 1",
    "2 3 4 5, 1",
    "2 1 4 1, 3 1 5",
    "1, 2 3 4 5",
    "4 5, 2 3 1 1",
    "1 1, 1",
    "2 3 4 5, 2 3 1 5"
  })
  void broadcasts(String left, String right) {
    int[] p = dims(left);
    int[] q = dims(right);
    int[] shape = {1, 1, 1, 1};
    for (int i = 0; i < 4; i++) {
      shape[i] = Math.max(at(p, i), at(q, i));
    }
    Random random = new Random(1);
    float[] a = Pixels.random(random, product(p));
    float[] b = Pixels.random(random, product(q));
    for (BinaryFunction function :
        new BinaryFunction[] {BinaryFunction.SUB, BinaryFunction.DIV, BinaryFunction.ADD}) {
      float[] y = new float[product(shape)];
      Pixels.run(
          new BinaryKernel(
              VECTOR, ElementType.FLOAT32, function, view(a, p), view(b, q), view(y, shape), RELU));
      for (int i = 0; i < y.length; i++) {
        float value =
            ScalarFunctions.binary(function, a[source(i, shape, p)], b[source(i, shape, q)]);
        assertThat(y[i]).as("%s, element %d", function, i).isEqualTo(Math.max(0f, value));
      }
    }
  }

  private static int[] dims(String text) {
    return java.util.Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static int product(int[] shape) {
    int product = 1;
    for (int dim : shape) {
      product *= dim;
    }
    return product;
  }

  private static int at(int[] shape, int axis) {
    int i = axis - (4 - shape.length);
    return i < 0 ? 1 : shape[i];
  }

  /// Which element of an operand meets element `number` of the result.
  private static int source(int number, int[] shape, int[] operand) {
    int rest = number;
    int index = 0;
    int stride = 1;
    for (int axis = 3; axis >= 0; axis--) {
      int position = rest % shape[axis];
      rest /= shape[axis];
      index += at(operand, axis) == 1 ? 0 : position * stride;
      stride *= at(operand, axis);
    }
    return index;
  }

  @Test
  void longSpansAreCutIntoTasks() {
    float[] x = Pixels.random(new Random(4), 100_003);
    float[] y = new float[x.length];
    UnaryKernel kernel =
        new UnaryKernel(VECTOR, ElementType.FLOAT32, view(x, x.length), view(y, x.length), RELU);
    assertThat(kernel.tasks()).isGreaterThan(4);
    Pixels.run(kernel);
    for (int i = 0; i < x.length; i++) {
      assertThat(y[i]).isEqualTo(Math.max(0f, x[i]));
    }
  }

  @Test
  void emptyTensorsHaveNoTasks() {
    float[] none = {};
    UnaryKernel kernel =
        new UnaryKernel(
            VECTOR, ElementType.FLOAT32, view(none, 3, 0, 2), view(none, 3, 0, 2), RELU);
    Pixels.run(kernel);
    assertThat(kernel.tasks()).isZero();
  }

  @Test
  void integersDivideTowardsZeroAndWrap() {
    long[] a = {7, -7, 9, Long.MAX_VALUE};
    long[] b = {2, 2, -4, 1};
    assertThat(integers(BinaryFunction.DIV, a, b)).containsExactly(3, -3, -2, Long.MAX_VALUE);
    assertThat(integers(BinaryFunction.ADD, a, b)).containsExactly(9, -5, 5, Long.MIN_VALUE);
    assertThat(integers(BinaryFunction.POW, new long[] {3, -2, 2, 5}, new long[] {4, 3, 0, -1}))
        .containsExactly(81, -8, 1, 0);
    assertThat(integers(BinaryFunction.MIN, a, b)).containsExactly(2, -7, -4, 1);
    assertThatThrownBy(() -> integers(BinaryFunction.DIV, a, new long[4]))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("divided by zero");
  }

  @Test
  void theLeastIntegerDividedByMinusOneWraps() {
    long[] least = {Long.MIN_VALUE, Long.MIN_VALUE, 0, 4};
    assertThat(integers(BinaryFunction.DIV, least, new long[] {-1, 1, -1, -1}))
        .containsExactly(Long.MIN_VALUE, Long.MIN_VALUE, 0, -4);
    byte[] y = new byte[1];
    Pixels.run(
        new BinaryKernel(
            VECTOR,
            ElementType.INT8,
            BinaryFunction.DIV,
            view(new byte[] {Byte.MIN_VALUE}, 1),
            view(new byte[] {-1}, 1),
            view(y, 1),
            Activation.NONE));
    assertThat(y).containsExactly(Byte.MIN_VALUE);
  }

  @Test
  void aNegativePowerOfZeroIsADivisionByZero() {
    assertThatThrownBy(() -> integers(BinaryFunction.POW, new long[4], new long[] {1, 0, 2, -1}))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("divided by zero");
  }

  private static long[] integers(BinaryFunction function, long[] a, long[] b) {
    long[] y = new long[a.length];
    Pixels.run(
        new BinaryKernel(
            VECTOR,
            ElementType.INT64,
            function,
            view(a, 4),
            view(b, 4),
            view(y, 4),
            Activation.NONE));
    return y;
  }

  @Test
  void unsignedTypesCompareAndDivideUnsigned() {
    byte[] a = {(byte) 200, 10};
    byte[] b = {100, (byte) 250};
    byte[] y = new byte[2];
    Pixels.run(
        new BinaryKernel(
            VECTOR,
            ElementType.UINT8,
            BinaryFunction.MAX,
            view(a, 2),
            view(b, 2),
            view(y, 2),
            Activation.NONE));
    assertThat(y).containsExactly((byte) 200, (byte) 250);
    long[] large = {-1};
    long[] three = {3};
    long[] quotient = new long[1];
    Pixels.run(
        new BinaryKernel(
            VECTOR,
            ElementType.UINT64,
            BinaryFunction.DIV,
            view(large, 1),
            view(three, 1),
            view(quotient, 1),
            Activation.NONE));
    assertThat(quotient[0]).isEqualTo(0x5555555555555555L);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT16", "INT32", "INT64"})
  void clipsIntegers(ElementType type) {
    Object x = type.storage().allocate(3);
    Object y = type.storage().allocate(3);
    for (int i = 0; i < 3; i++) {
      Elements.setInteger(type, x, i, i * 50 - 50);
    }
    Activation clip = new Activation(UnaryFunction.CLIP, -20, Float.POSITIVE_INFINITY);
    Pixels.run(new UnaryKernel(VECTOR, type, view(x, 3), view(y, 3), clip));
    for (int i = 0; i < 3; i++) {
      assertThat(Elements.integer(type, y, i)).isEqualTo(Math.max(-20, i * 50 - 50));
    }
    assertThatThrownBy(
            () ->
                new UnaryKernel(
                    VECTOR,
                    ElementType.BOOL,
                    view(new byte[3], 3),
                    view(new byte[3], 3),
                    new Activation(UnaryFunction.EXP, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EXP");
  }

  @ParameterizedTest
  @EnumSource
  void doublesFollowTheFormula(UnaryFunction function) {
    double[] x = {-3.5, -0.0, 0.25, 2, Double.NaN};
    double[] y = new double[5];
    Pixels.run(
        new UnaryKernel(
            VECTOR,
            ElementType.FLOAT64,
            view(x, 5),
            view(y, 5),
            new Activation(function, 0.5f, 0.75f)));
    for (int i = 0; i < 5; i++) {
      assertThat(y[i]).isEqualTo(Double.valueOf(ScalarFunctions.unary(function, 0.5, 0.75, x[i])));
    }
  }

  @Test
  void erfMatchesTabulatedValues() {
    // Abramowitz and Stegun, table 7.1.
    assertThat(ScalarFunctions.erf(0.5)).isEqualTo(0.5204998778130465, within());
    assertThat(ScalarFunctions.erf(-1)).isEqualTo(-0.8427007929497149, within());
    assertThat(ScalarFunctions.erf(2)).isEqualTo(0.9953222650189527, within());
    assertThat(ScalarFunctions.erf(3.5)).isEqualTo(0.9999992569016276, within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-14);
  }

  @Test
  void blockedOperandsBroadcast() {
    int[] shape = {2, 11, 1, 3, 4};
    int[][] operands = {
      shape,
      {1, 11, 1, 1, 1},
      {2, 11, 1, 1, 1},
      {2, 1, 1, 3, 4},
      {1, 1, 1, 1, 1},
      {1, 11, 1, 3, 1},
      {2, 11, 1, 1, 4}
    };
    for (int lanes : new int[] {4, 8, 16}) {
      for (int[] left : operands) {
        for (int[] right : operands) {
          checkBlocked(new VectorMicrokernels(lanes), shape, left, right);
        }
      }
    }
  }

  private static void checkBlocked(
      Microkernels microkernels, int[] shape, int[] left, int[] right) {
    Random random = new Random(9);
    float[] a = Pixels.random(random, product(left));
    float[] b = Pixels.random(random, product(right));
    int lanes = microkernels.lanes();
    Blocked y = Pixels.empty(lanes, shape, new int[] {0, 1, 1}, Pixels.NO_HALO);
    Pixels.run(
        new BlockedBinaryKernel(
            microkernels,
            BinaryFunction.DIV,
            Pixels.of(lanes, left, a, Pixels.NO_HALO, Pixels.NO_HALO),
            Pixels.of(lanes, right, b, Pixels.NO_HALO, new int[] {0, 0, 1}),
            y,
            List.of(new RowFunction.Apply(new Activation(UnaryFunction.SIGMOID, 0, 0)))));
    assertThat(Pixels.tail(y)).isZero();
    float[] plain = new float[product(shape)];
    Strided full = view(plain, shape);
    Pixels.run(
        new BinaryKernel(
            new ScalarMicrokernels(lanes),
            ElementType.FLOAT32,
            BinaryFunction.DIV,
            view(a, left),
            view(b, right),
            full,
            Activation.NONE));
    float[] actual = Pixels.plain(y);
    for (int i = 0; i < plain.length; i++) {
      double expected = 1 / (1 + Math.exp(-plain[i]));
      assertThat((double) actual[i])
          .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-6));
    }
  }

  @Test
  void channelwiseKeepsLanesPastTheLastChannelZero() {
    for (int lanes : new int[] {4, 8, 16}) {
      int[] shape = {2, 5, 1, 3, 3};
      float[] x = Pixels.random(new Random(3), 90);
      Blocked y = Pixels.of(lanes, shape, x, Pixels.NO_HALO, Pixels.NO_HALO);
      Pixels.run(
          new ChannelwiseKernel(
              new VectorMicrokernels(lanes),
              y,
              y,
              List.of(new RowFunction.Apply(new Activation(UnaryFunction.EXP, 0, 0)))));
      assertThat(Pixels.tail(y)).isZero();
      float[] actual = Pixels.plain(y);
      for (int i = 0; i < x.length; i++) {
        assertThat((double) actual[i])
            .isCloseTo(Math.exp(x[i]), org.assertj.core.api.Assertions.within(1e-6));
      }
    }
  }

  @Test
  void castsFollowOnnx() {
    float[] x = {1.9f, -1.9f, 0, Float.NaN, 300, -0.5f, 1e20f};
    assertThat((int[]) cast(ElementType.FLOAT32, x, ElementType.INT32, 7))
        .containsExactly(1, -1, 0, 0, 300, 0, Integer.MAX_VALUE);
    assertThat((byte[]) cast(ElementType.FLOAT32, x, ElementType.UINT8, 7))
        .containsExactly(1, 0, 0, 0, 255, 0, 255);
    assertThat((byte[]) cast(ElementType.FLOAT32, x, ElementType.INT8, 7))
        .containsExactly(1, -1, 0, 0, 127, 0, 127);
    assertThat((byte[]) cast(ElementType.FLOAT32, x, ElementType.BOOL, 7))
        .containsExactly(1, 1, 0, 1, 1, 1, 1);
    assertThat((long[]) cast(ElementType.FLOAT32, x, ElementType.UINT64, 7))
        .containsExactly(1, 0, 0, 0, 300, 0, -1);
    int[] negative = {-1, 258};
    assertThat((float[]) cast(ElementType.UINT32, negative, ElementType.FLOAT32, 2))
        .containsExactly(4294967296f, 258);
    assertThat((byte[]) cast(ElementType.INT32, negative, ElementType.UINT8, 2))
        .containsExactly(-1, 2);
    long[] large = {-1, Long.MAX_VALUE, (1L << 62) + (1L << 38) + 1};
    assertThat((float[]) cast(ElementType.UINT64, large, ElementType.FLOAT32, 3))
        .containsExactly(0x1p64f, 0x1p63f, 0x1.000002p62f);
    assertThat((byte[]) cast(ElementType.STRING, new String[] {"-7"}, ElementType.INT8, 1))
        .containsExactly(-7);
    assertThatThrownBy(() -> cast(ElementType.STRING, new String[1], ElementType.BOOL, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void halfPrecisionRoundsOnceToNearestEven() {
    double[] x = {
      1 + 0x1p-11, 1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-8, 1 + 0x1p-8 + 0x1p-45, 65520, -1e-30
    };
    short[] half = (short[]) cast(ElementType.FLOAT64, x, ElementType.FLOAT16, 6);
    float[] back = (float[]) cast(ElementType.FLOAT16, half, ElementType.FLOAT32, 6);
    assertThat(back)
        .containsExactly(1f, 1 + 0x1p-10f, 1 + 0x1p-8f, 1 + 0x1p-8f, Float.POSITIVE_INFINITY, -0f);
    short[] brain = (short[]) cast(ElementType.FLOAT64, x, ElementType.BFLOAT16, 4);
    assertThat((double[]) cast(ElementType.BFLOAT16, brain, ElementType.FLOAT64, 4))
        .containsExactly(1, 1, 1, 1 + 0x1p-7);
    float[] nan = {Float.NaN};
    short[] stored = (short[]) cast(ElementType.FLOAT32, nan, ElementType.BFLOAT16, 1);
    assertThat((float[]) cast(ElementType.BFLOAT16, stored, ElementType.FLOAT32, 1))
        .containsExactly(Float.NaN);
  }

  private static Object cast(ElementType from, Object x, ElementType to, int count) {
    Object y = to.storage().allocate(count);
    Pixels.run(new CastKernel(from, view(x, count), to, view(y, count)));
    return y;
  }

  @Test
  void softmaxSumsToOneAlongAnyAxis() {
    int[] shape = {3, 5, 37};
    float[] x = Pixels.random(new Random(8), 3 * 5 * 37);
    x[7] = 500;
    for (int axis = 0; axis < 3; axis++) {
      for (boolean logarithm : new boolean[] {false, true}) {
        float[] y = new float[x.length];
        Pixels.run(new SoftmaxKernel(VECTOR, view(x, shape), view(y, shape), axis, logarithm));
        double[] wide = new double[x.length];
        double[] from = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          from[i] = x[i];
        }
        Pixels.run(
            new SoftmaxKernel(VECTOR, view(from, shape), view(wide, shape), axis, logarithm));
        int step = axis == 2 ? 1 : axis == 1 ? 37 : 185;
        for (int i = 0; i < x.length; i++) {
          int first = i - i / step % shape[axis] * step;
          double sum = 0;
          for (int j = 0; j < shape[axis]; j++) {
            sum += Math.exp(from[first + j * step] - 250);
          }
          double expected = from[i] - 250 - Math.log(sum);
          double value = logarithm ? expected : Math.exp(expected);
          assertThat((double) y[i])
              .isCloseTo(
                  value, org.assertj.core.api.Assertions.within(1e-6 * (1 + Math.abs(value))));
          assertThat(wide[i])
              .isCloseTo(
                  value, org.assertj.core.api.Assertions.within(1e-12 * (1 + Math.abs(value))));
        }
      }
    }
  }
}
