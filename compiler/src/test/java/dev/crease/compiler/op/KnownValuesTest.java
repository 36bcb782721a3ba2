package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.loss.LossReduction;
import dev.crease.compiler.op.loss.NegativeLogLikelihoodLoss;
import dev.crease.compiler.op.loss.SoftmaxCrossEntropyLoss;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.reduce.Softmax;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Values worked out by hand from the text of ONNX's specification, where it is easy to misread.
class KnownValuesTest {
  private static final Offset<Double> ROUNDING = Offset.offset(1e-12);

  /// A picture of one channel holding 1, 2, 3, ... row by row.
  private static Operand counting(int height, int width) {
    double[] values = IntStream.rangeClosed(1, height * width).asDoubleStream().toArray();
    return tensor(ElementType.FLOAT32, new int[] {1, 1, height, width}, values);
  }

  private static Operand ones(int height, int width) {
    double[] values = DoubleStream.generate(() -> 1).limit((long) height * width).toArray();
    return tensor(ElementType.FLOAT32, new int[] {1, 1, height, width}, values);
  }

  private static Operand vector(double... values) {
    return tensor(ElementType.FLOAT32, new int[] {values.length}, values);
  }

  private static Operand integers(ElementType type, double... values) {
    return tensor(type, new int[] {values.length}, values);
  }

  private static DoubleTensor run(Op op, Operand... operands) {
    return op.evaluate(Sample.of("known", op, operands).evaluationInputs()).getFirst();
  }

  private static double[] values(Op op, Operand... operands) {
    return run(op, operands).data();
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"INT8", "INT32", "INT64", "UINT8", "UINT64"})
  void anIntegerDividedByZeroIsAnError(ElementType type) {
    Op divide = new Arithmetic(Arithmetic.Function.DIV);
    assertThatThrownBy(() -> run(divide, integers(type, 1, 2), integers(type, 1, 0)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("divided by zero");
    assertThatThrownBy(() -> run(new Pow(), integers(type, 1, 0), vector(-1, -1)))
        .hasMessageContaining("divided by zero");
  }

  @Test
  void integersWrapAround() {
    Op divide = new Arithmetic(Arithmetic.Function.DIV);
    Op multiply = new Arithmetic(Arithmetic.Function.MUL);
    Op negate = new Elementwise(Elementwise.Function.NEG);
    ElementType i32 = ElementType.INT32;
    assertThat(values(divide, integers(ElementType.INT8, -128), integers(ElementType.INT8, -1)))
        .containsExactly(-128);
    assertThat(
            values(divide, integers(ElementType.UINT64, 0x1p63), integers(ElementType.UINT64, 2)))
        .containsExactly(0x1p62);
    assertThat(values(multiply, integers(i32, 0x7fff_ffff), integers(i32, 0x7fff_ffff)))
        .containsExactly(1);
    assertThat(values(negate, integers(ElementType.INT16, -32768))).containsExactly(-32768);
  }

  @Test
  void convolutionPadsBeforeAndAfter() {
    WindowAttributes pads =
        NnSamples.window(List.of(), List.of(), List.of(), List.of(1L, 0L, 0L, 1L));
    DoubleTensor y = run(new Conv(pads, 1), counting(2, 2), ones(2, 2));
    assertThat(y.shape()).containsExactly(1, 1, 2, 2);
    assertThat(y.data()).containsExactly(1 + 2, 2, 1 + 2 + 3 + 4, 2 + 4);
  }

  /// `[1 2 3 4]` under a kernel of 2: the odd pixel of padding is at the end or at the beginning.
  @Test
  void automaticPaddingPutsTheOddPixelWhereItsNameSays() {
    Operand x = counting(1, 4);
    Operand w = ones(1, 2);
    Conv upper = new Conv(NnSamples.window(AutoPad.SAME_UPPER, List.of(), List.of()), 1);
    Conv lower = new Conv(NnSamples.window(AutoPad.SAME_LOWER, List.of(), List.of()), 1);
    Conv valid = new Conv(NnSamples.window(AutoPad.VALID, List.of(), List.of()), 1);
    assertThat(values(upper, x, w)).containsExactly(3, 5, 7, 4);
    assertThat(values(lower, x, w)).containsExactly(1, 3, 5, 7);
    assertThat(values(valid, x, w)).containsExactly(3, 5, 7);
  }

  @Test
  void dilationSpreadsTheTaps() {
    WindowAttributes dilated = NnSamples.window(List.of(), List.of(), List.of(1L, 2L), List.of());
    assertThat(values(new Conv(dilated, 1), counting(1, 5), ones(1, 2))).containsExactly(4, 6, 8);
  }

  @Test
  void groupsSeeTheirOwnChannels() {
    Operand x = tensor(ElementType.FLOAT32, new int[] {1, 2, 1, 1}, 3, 5);
    Operand w = tensor(ElementType.FLOAT32, new int[] {4, 1, 1, 1}, 1, 10, 100, 1000);
    assertThat(values(new Conv(WindowAttributes.NONE, 2), x, w)).containsExactly(3, 30, 500, 5000);
  }

  /// The example of the specification of MaxPool: a 4 x 4 picture, kernel 3, stride 2.
  @Test
  void roundingUpAddsAPartialWindow() {
    WindowAttributes window =
        NnSamples.window(List.of(3L, 3L), List.of(2L, 2L), List.of(), List.of());
    assertThat(values(new MaxPool(window, true, 0), counting(4, 4)))
        .containsExactly(11, 12, 15, 16);
    assertThat(values(new MaxPool(window, false, 0), counting(4, 4))).containsExactly(11);
    assertThat(values(new AveragePool(window, true, false), counting(4, 4)))
        .containsExactly(6, 7.5, 12, 13.5);
  }

  /// Like every other maximum, and the kernels.
  @Test
  void whatIsNoNumberIsTheLargestOfItsWindowWhereverItLies() {
    WindowAttributes window = NnSamples.window(List.of(2L), List.of(), List.of(), List.of());
    double none = Double.NaN;
    double least = Double.NEGATIVE_INFINITY;
    Operand x = tensor(ElementType.FLOAT32, new int[] {1, 1, 6}, none, 1, 2, none, least, 0);
    assertThat(values(new MaxPool(window, false, 0), x)).containsExactly(none, 2, none, none, 0);
  }

  /// Of 2 pixels with one of padding on both sides, windows of 3 in steps of 3 start at -1 and 2;
  /// the second would see nothing but padding and is dropped.
  @Test
  void roundingUpDropsAWindowThatStartsInThePaddingAtTheEnd() {
    WindowAttributes window =
        NnSamples.window(List.of(1L, 3L), List.of(1L, 3L), List.of(), List.of(0L, 1L, 0L, 1L));
    assertThat(values(new AveragePool(window, true, true), counting(1, 2))).containsExactly(1);
    assertThat(values(new MaxPool(window, true, 0), counting(1, 2))).containsExactly(2);
  }

  @Test
  void paddingCountsInAMeanOnlyIfAsked() {
    WindowAttributes window =
        NnSamples.window(List.of(1L, 3L), List.of(), List.of(), List.of(0L, 1L, 0L, 1L));
    assertThat(values(new AveragePool(window, false, false), counting(1, 3)))
        .containsExactly(1.5, 2, 2.5);
    assertThat(values(new AveragePool(window, false, true), counting(1, 3)))
        .containsExactly(1, 2, 5 / 3.0);
  }

  /// `test_maxpool_with_argmax_2d_precomputed_strides` of ONNX counts columns first.
  @ParameterizedTest
  @CsvSource({"0, 6, 8, 16, 18", "1, 6, 16, 8, 18"})
  void indicesOfTheLargestCountRowsOrColumnsFirst(
      long order, double first, double second, double third, double fourth) {
    WindowAttributes window =
        NnSamples.window(List.of(2L, 2L), List.of(2L, 2L), List.of(), List.of());
    MaxPool op = new MaxPool(window, false, order);
    Sample sample = Sample.of("indices", op, counting(5, 5)).withOutputs(2);
    List<DoubleTensor> results = op.evaluate(sample.evaluationInputs());
    assertThat(results.get(0).data()).containsExactly(7, 9, 17, 19);
    assertThat(results.get(1).data()).containsExactly(first, second, third, fourth);
  }

  @Test
  void trainingNormalizesByTheBatchAndMovesTheStatistics() {
    Op op = new BatchNormalization(0, 0.75f, true);
    Operand x = tensor(ElementType.FLOAT32, new int[] {4, 1}, 1, 1, 5, 5);
    Operand[] operands = {x, vector(2), vector(10), vector(7), vector(8)};
    Sample sample = Sample.of("training", op, operands).withOutputs(3);
    List<DoubleTensor> results = op.evaluate(sample.evaluationInputs());
    assertThat(results.get(0).data()).containsExactly(8, 8, 12, 12);
    assertThat(results.get(1).data()).containsExactly(0.75 * 7 + 0.25 * 3);
    assertThat(results.get(2).data()).containsExactly(0.75 * 8 + 0.25 * 4);
  }

  @Test
  void softmaxSurvivesLargeNumbers() {
    Op softmax = new Softmax(Softmax.Function.SOFTMAX, 0);
    assertThat(values(softmax, vector(1000, 1000))).containsExactly(0.5, 0.5);
    Op logarithm = new Softmax(Softmax.Function.LOG_SOFTMAX, 0);
    assertThat(values(logarithm, vector(1000, 0))).containsExactly(0, -1000);
  }

  @Test
  void divisionOfIntegersDropsTheFraction() {
    Op divide = new Arithmetic(Arithmetic.Function.DIV);
    Operand a = integers(ElementType.INT32, 7, -7, 7, -7);
    Operand b = integers(ElementType.INT32, 2, 2, -2, -2);
    assertThat(values(divide, a, b)).containsExactly(3, -3, -3, 3);
  }

  @Test
  void powersOfIntegersAreIntegers() {
    Operand base = integers(ElementType.INT64, 2, 3, 2);
    assertThat(values(new Pow(), base, vector(0.5, 2, -1))).containsExactly(1, 9, 0);
  }

  @Test
  void upperBoundWinsWhereBoundsCross() {
    Operand low = tensor(ElementType.FLOAT32, new int[0], 2);
    Operand high = tensor(ElementType.FLOAT32, new int[0], 1);
    assertThat(values(new Clip(), vector(-2, 0, 6), low, high)).containsExactly(1, 1, 1);
  }

  /// Values of Abramowitz and Stegun, table 7.1.
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.5, 0.5204998778130465",
    "-1, -0.8427007929497149",
    "2, 0.9953222650189527",
    "3, 0.9999779095030014",
    "7, 1"
  })
  void errorFunctionIsRightToDoublePrecision(double x, double expected) {
    Op erf = new Elementwise(Elementwise.Function.ERF);
    assertThat(values(erf, vector(x))[0]).isCloseTo(expected, ROUNDING);
  }

  @Test
  void castsTruncateWrapAndTest() {
    assertThat(values(new Cast(ElementType.INT32), vector(1.9, -1.9, 1e20)))
        .containsExactly(1, -1, Integer.MAX_VALUE);
    assertThat(values(new Cast(ElementType.INT8), integers(ElementType.INT32, 200, -129, 5)))
        .containsExactly(-56, 127, 5);
    assertThat(values(new Cast(ElementType.BOOL), vector(0, -0.0, 0.5, Double.NaN)))
        .containsExactly(0, 0, 1, 1);
  }

  @Test
  void lossesAreAveragedOverWhatIsNotIgnored() {
    Operand input = tensor(ElementType.FLOAT32, new int[] {3, 2}, -1, -2, -3, -4, -5, -6);
    Operand target = tensor(ElementType.INT64, new int[] {3}, 1, -100, 0);
    Operand weight = vector(3, 1);
    assertThat(values(likelihood(LossReduction.NONE), input, target, weight))
        .containsExactly(2, 0, 15);
    assertThat(values(likelihood(LossReduction.SUM), input, target)).containsExactly(7);
    assertThat(values(likelihood(LossReduction.MEAN), input, target)).containsExactly(3.5);
    assertThat(values(likelihood(LossReduction.MEAN), input, target, weight)).containsExactly(4.25);
  }

  private static Op likelihood(LossReduction reduction) {
    return new NegativeLogLikelihoodLoss(Optional.of(-100L), reduction);
  }

  @Test
  void entropyOfEqualScoresIsTheLogarithmOfTheirNumber() {
    Op entropy =
        new SoftmaxCrossEntropyLoss(
            new NegativeLogLikelihoodLoss(Optional.empty(), LossReduction.MEAN));
    Operand scores = tensor(ElementType.FLOAT32, new int[] {1, 4}, 1000, 1000, 1000, 1000);
    Operand label = tensor(ElementType.INT32, new int[] {1}, 2);
    assertThat(values(entropy, scores, label)[0]).isCloseTo(Math.log(4), ROUNDING);
  }

  @Test
  void slicesClampAndStepBackwards() {
    Operand x = vector(0, 1, 2, 3, 4);
    Op slice = new Slice();
    assertThat(values(slice, x, longs(-3), longs(100))).containsExactly(2, 3, 4);
    assertThat(values(slice, x, longs(-100), longs(2))).containsExactly(0, 1);
    assertThat(values(slice, x, longs(4), longs(-100), longs(0), longs(-2)))
        .containsExactly(4, 2, 0);
    assertThat(values(slice, x, longs(-1), longs(-4), longs(0), longs(-1)))
        .containsExactly(4, 3, 2);
    assertThat(values(slice, x, longs(3), longs(1))).isEmpty();
  }

  @Test
  void zeroInAShapeCopiesOrIsZero() {
    Operand x = tensor(ElementType.FLOAT32, new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
    assertThat(run(new Reshape(false), x, longs(0, -1, 1)).shape()).containsExactly(2, 3, 1);
    Operand empty = tensor(ElementType.FLOAT32, new int[] {2, 0});
    assertThat(run(new Reshape(true), empty, longs(0, 7)).shape()).containsExactly(0, 7);
  }
}
