package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Elu;
import dev.crease.compiler.op.math.Gelu;
import dev.crease.compiler.op.math.HardSigmoid;
import dev.crease.compiler.op.math.LeakyRelu;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Parametric;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.normalization.LayerNormalization;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.compiler.op.reduce.ReducedAxes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.reduce.Softmax;
import dev.crease.compiler.op.tensor.AspectPolicy;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Where;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.NearestMode;
import dev.crease.runtime.plan.PadMode;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Radii by hand, where each operation rounds by `U` of its result, or by `TINY`.
class RadiusTest {
  private static final double U = 0x1p-10;
  private static final double TINY = 0x1p-20;
  private static final Rounding ROUNDING = new Rounding(U, TINY);
  private static final int[] SCALAR = {};

  private static double gamma(int steps) {
    return steps * U / (1 - steps * U);
  }

  private static DoubleTensor floats(int[] shape, double... elements) {
    return new DoubleTensor(ElementType.FLOAT32, shape, elements);
  }

  private static DoubleTensor longs(double... elements) {
    return new DoubleTensor(ElementType.INT64, new int[] {elements.length}, elements);
  }

  private static DoubleTensor bools(double... elements) {
    return new DoubleTensor(ElementType.BOOL, new int[] {elements.length}, elements);
  }

  private static Approximation exact(double... elements) {
    return Approximation.exact(floats(new int[] {elements.length}, elements));
  }

  private static Approximation exact(int[] shape, double... elements) {
    return Approximation.exact(floats(shape, elements));
  }

  /// Elements, each off by a radius.
  private static Approximation off(double[] radius, double... elements) {
    return off(new int[] {elements.length}, radius, elements);
  }

  private static Approximation off(int[] shape, double[] radius, double... elements) {
    return new Approximation(floats(shape, elements), radius);
  }

  private static double[] by(double... radius) {
    return radius;
  }

  private static Optional<Approximation> apply(Op op, @Nullable Approximation... operands) {
    List<@Nullable Approximation> given = Arrays.asList(operands);
    List<@Nullable DoubleTensor> tensors =
        given.stream().map(x -> x == null ? null : x.tensor()).toList();
    DoubleTensor y =
        op.evaluate(new EvaluationInputs(Arrays.asList(tensors.toArray(DoubleTensor[]::new)), 1))
            .getFirst();
    return ErrorRules.apply(new Application(op, given, y, ROUNDING));
  }

  /// The radius, without the part that stands for what underflows.
  private static double[] rounded(Op op, @Nullable Approximation... operands) {
    Approximation y = apply(op, operands).orElseThrow();
    return Arrays.stream(y.radii().data()).map(r -> r - TINY).toArray();
  }

  /// The radius of what rounds nothing.
  private static double[] moved(Op op, @Nullable Approximation... operands) {
    return apply(op, operands).orElseThrow().radii().data();
  }

  private static void assertIsExact(Op op, @Nullable Approximation... operands) {
    assertThat(apply(op, operands).orElseThrow().isExact()).isTrue();
  }

  private static void assertHasNoRule(Op op, @Nullable Approximation... operands) {
    assertThat(apply(op, operands)).isEmpty();
  }

  private static void assertNear(double[] actual, double... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(1e-12));
    }
  }

  @Test
  void aConvolutionSumsItsProductsAndItsBias() {
    Conv conv = new Conv(WindowAttributes.NONE, 1);
    Approximation x = off(new int[] {1, 1, 2}, by(0.5, 0.25), 1, -2);
    Approximation w = off(new int[] {2, 1, 2}, by(0.125, 0.5, 0, 0), 3, -4, 1, 1);
    Approximation b = off(by(0.25, 0), -5, 8);
    double g = gamma(2 + 4);
    double[] ofWeights = {
      0.125 + g * 3.125 + 2 * (0.5 + g * 4.5) + 0.25 + g * 5.25, g + 2 * g + 8 * g
    };
    double[] ofInput = {(1 + g) * (0.5 * 3.125 + 0.25 * 4.5), (1 + g) * 0.75};
    assertNear(rounded(conv, x, w, b), ofWeights[0] + ofInput[0], ofWeights[1] + ofInput[1]);
    assertNear(rounded(conv, Approximation.exact(x.tensor()), w, b), ofWeights);
    assertNear(
        rounded(conv, x, w, null),
        ofWeights[0] - 0.25 - g * 5.25 + ofInput[0],
        ofWeights[1] - 8 * g + ofInput[1]);
  }

  @Test
  void aTransposedConvolutionSumsOverAllInputChannels() {
    ConvTranspose conv = new ConvTranspose(WindowAttributes.NONE, 1, List.of(), List.of());
    Approximation x = exact(new int[] {1, 3, 1}, 1, -2, 1);
    Approximation w = exact(new int[] {3, 2, 1}, 3, 1, -4, 1, 1, 1);
    assertNear(rounded(conv, x, w), gamma(3 + 4) * 12, gamma(3 + 4) * 4);
  }

  @Test
  void aGemmSumsAlongTheSharedAxisAndScalesByMagnitudes() {
    Approximation row = exact(new int[] {1, 3}, 1, 2, 3);
    Approximation column = exact(new int[] {3, 1}, -1, 2, -3);
    Approximation c = exact(new int[] {1, 1}, 5);
    double g = gamma(3 + 4);
    assertNear(rounded(new Gemm(-2, -3, false, false), row, column, c), 2 * 14 * g + 3 * 5 * g);
    assertNear(rounded(new Gemm(-2, -3, true, true), column, row, c), 2 * 14 * g + 3 * 5 * g);
    assertNear(rounded(new MatMul(), row, column), 14 * g);
  }

  @Test
  void aNormalizationMovesBySlopeAndRoundsEightTimes() {
    BatchNormalization norm = new BatchNormalization(0.75f, 0.9f, false);
    Approximation x = off(new int[] {1, 2, 2}, by(0.5, 0, 0, 0), 7, -1, 2, 2);
    Approximation scale = off(by(0.25, 0), -2, 4);
    Approximation bias = off(by(0.125, 0), -3, 0);
    Approximation mean = off(by(0.0625, 0), 5, -1);
    Approximation variance = exact(15.25, 3.25);
    double slope = 2.25 / 4;
    double moved = 0.5 + 0.0625;
    double distance = 2 + moved;
    double shift = 3.125;
    double first = slope * moved + 0.25 / 4 * distance + 0.125 + 8 * U * (slope * distance + shift);
    double secondDistance = 6 + 0.0625;
    double second =
        slope * 0.0625
            + 0.25 / 4 * secondDistance
            + 0.125
            + 8 * U * (slope * secondDistance + shift);
    double third = 8 * U * 2 * 3;
    assertNear(rounded(norm, x, scale, bias, mean, variance), first, second, third, third);
    assertHasNoRule(norm, x, scale, bias, mean, off(by(0.1, 0), 15.25, 3.25));
    assertHasNoRule(new BatchNormalization(0.75f, 0.9f, true), x, scale, bias, mean, variance);
  }

  /// Where scale and difference are large and cancel, what double itself rounds is seen.
  @Test
  void aNormalizationCountsWhatDoubleRounds() {
    Approximation x = exact(new int[] {1, 1}, 0x1p52);
    Approximation mean = exact(0x1p52);
    BatchNormalization norm = new BatchNormalization(0, 0.9f, false);
    assertNear(rounded(norm, x, exact(1.0), exact(0.0), mean, exact(1.0)), 8 * 0x1p-52 * 0x1p53);
    Approximation off = off(by(0.5), 0x1p52);
    assertNear(
        rounded(norm, x, exact(-1.0), off(by(0x1p50), 0x1p51), off, exact(1.0)),
        0.5
            + 0x1p50
            + 8 * U * (0.5 + 0x1p51 + 0x1p50)
            + 8 * 0x1p-52 * (0x1p53 + 0.5 + 0x1p51 + 0x1p50));
  }

  @Test
  void aMeanRoundsOnceForEachTerm() {
    Approximation x = off(new int[] {1, 1, 4}, by(0.5, 0, 0, 0), 1, -2, 3, 4);
    double g = gamma(4 + 1);
    double[] spread = {0.5 + g * 1.5, g * 2, g * 3, g * 4};
    WindowAttributes pairs =
        new WindowAttributes(AutoPad.NOTSET, List.of(), List.of(2L), List.of(), List.of(2L));
    assertNear(
        rounded(new AveragePool(pairs, false, false), x),
        (spread[0] + spread[1]) / 2,
        (spread[2] + spread[3]) / 2);
    double all = Arrays.stream(spread).sum();
    assertNear(rounded(new GlobalPool(GlobalPool.Function.AVERAGE), x), all / 4);
  }

  @Test
  void aReductionRoundsOnceForEachElementThatItTakesIn() {
    Approximation x = off(new int[] {2, 2}, by(0.5, 0, 0, 0), 1, -2, 3, 4);
    Approximation axes = Approximation.exact(longs(1));
    double g = gamma(2 + 1);
    double[] sums = {0.5 + g * 1.5 + g * 2, g * 7};
    assertNear(rounded(reduction(Reduction.Function.SUM), x, axes), sums);
    assertNear(rounded(reduction(Reduction.Function.MEAN), x, axes), sums[0] / 2, sums[1] / 2);
    double g4 = gamma(4 + 1);
    assertNear(rounded(reduction(Reduction.Function.SUM), x), 0.5 + g4 * 10.5);
  }

  private static Reduction reduction(Reduction.Function function) {
    return new Reduction(function, ReducedAxes.KEPT);
  }

  @Test
  void anExtremeIsKnownOfExactElements() {
    Approximation x = off(new int[] {2, 2}, by(0.5, 0, 0, 0), 1, -2, 3, 4);
    for (Reduction.Function function : List.of(Reduction.Function.MAX, Reduction.Function.MIN)) {
      assertHasNoRule(reduction(function), x);
      assertIsExact(reduction(function), Approximation.exact(x.tensor()));
    }
    assertHasNoRule(reduction(Reduction.Function.PROD), Approximation.exact(x.tensor()));
  }

  @Test
  void arithmeticPassesOnWhatItsOperandsAreOff() {
    Approximation p = off(by(0.5, 0), 6, -6);
    Approximation q = off(by(0.25), -2);
    double passed = 1 + U;
    assertNear(
        rounded(new Arithmetic(Arithmetic.Function.ADD), p, q),
        4 * U + 0.75 * passed,
        8 * U + 0.25 * passed);
    assertNear(
        rounded(new Arithmetic(Arithmetic.Function.SUB), p, q),
        8 * U + 0.75 * passed,
        4 * U + 0.25 * passed);
    assertNear(
        rounded(new Arithmetic(Arithmetic.Function.MUL), p, q),
        12 * U + passed * (6.5 * 0.25 + 2 * 0.5),
        12 * U + passed * 6 * 0.25);
    assertNear(
        rounded(new Arithmetic(Arithmetic.Function.DIV), p, q),
        3 * U + passed * (0.5 + 3 * 0.25) / 1.75,
        3 * U + passed * 3 * 0.25 / 1.75);
  }

  @Test
  void aDivisorThatMayBeZeroLeavesNoBound() {
    Arithmetic div = new Arithmetic(Arithmetic.Function.DIV);
    assertThat(rounded(div, exact(6.0), off(by(2), -2))).containsExactly(Double.POSITIVE_INFINITY);
    assertThat(rounded(div, off(by(1), 6), exact(0.0))).containsExactly(Double.POSITIVE_INFINITY);
  }

  @Test
  void anInfiniteFactorBesideAnExactOneIsNotOff() {
    Arithmetic mul = new Arithmetic(Arithmetic.Function.MUL);
    double endless = Double.POSITIVE_INFINITY;
    double[] radius = rounded(mul, off(by(0.5, 0), 2, endless), off(by(0, 0.5), endless, 2));
    assertThat(radius).containsExactly(endless, endless);
    assertThat(moved(mul, exact(0.0), exact(endless))).containsExactly(Double.NaN);
    Arithmetic div = new Arithmetic(Arithmetic.Function.DIV);
    assertNear(rounded(div, exact(6.0), exact(2.0)), 3 * U);
    assertNear(rounded(div, off(by(0.5), 6), exact(2.0)), 3 * U + (1 + U) * 0.25);
  }

  @Test
  void aSumRoundsOnceForEachOperandAndAnExtremeNever() {
    Approximation p = off(by(0.5, 0), 6, -6);
    Approximation q = off(by(0.25, 0.125), -2, 1);
    double g = gamma(2 + 1);
    double[] sums = {0.75 + g * 8.75, 0.125 + g * 7.125};
    assertNear(rounded(new Variadic(Variadic.Function.SUM), p, q), sums);
    assertNear(rounded(new Variadic(Variadic.Function.MEAN), p, q), sums[0] / 2, sums[1] / 2);
    for (Variadic.Function function : List.of(Variadic.Function.MIN, Variadic.Function.MAX)) {
      assertNear(moved(new Variadic(function), p, q), 0.5, 0.125);
      assertIsExact(new Variadic(function), exact(6, -6), exact(-2, 1));
    }
  }

  @Test
  void aClampBetweenExactBoundsRoundsNothing() {
    Approximation x = off(by(0.5), 3);
    Approximation zero = exact(SCALAR, 0);
    assertNear(moved(new Clip(), x, zero, exact(SCALAR, 6)), 0.5);
    assertNear(moved(new Clip(), x, null, exact(SCALAR, 6)), 0.5);
    assertIsExact(new Clip(), exact(3.0), zero);
  }

  /// What is surely the result tells how far it is off; where that is open, the largest does.
  @Test
  void aClampIsOffByWhatItTakes() {
    Approximation x = off(by(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), 0, -2, 9, -1.5, 4.5, 5.5);
    Approximation low = off(SCALAR, by(0.25), -1);
    Approximation high = off(SCALAR, by(0.75), 5);
    assertNear(moved(new Clip(), x, low, high), 0.5, 0.25, 0.75, 0.75, 0.75, 0.75);
    assertNear(moved(new Clip(), x, low), 0.5, 0.25, 0.5, 0.5, 0.5, 0.5);
    assertNear(moved(new Clip(), exact(0, -2, -1), low), 0, 0.25, 0.25);
    double endless = Double.POSITIVE_INFINITY;
    assertNear(
        moved(new Clip(), off(by(endless, endless), endless, -endless), low, high), 0.75, 0.25);
    Approximation between = off(SCALAR, by(0.25), 5.5);
    assertNear(moved(new Clip(), off(by(0.5), 9), between, high), 0.75);
    assertNear(moved(new Clip(), off(by(0.5), 0), between, high), 0.75);
  }

  @Test
  void eachChannelHasItsClamp() {
    Approximation x = off(new int[] {1, 2, 2}, by(0.5, 0.5, 0.5, 0.5), 0, -3, 0, -3);
    Approximation low = off(by(0.25, 0), -1, Double.NEGATIVE_INFINITY);
    Approximation high = exact(Double.POSITIVE_INFINITY, -2);
    assertNear(moved(new ChannelClamp(), x, low, high), 0.5, 0.25, 0, 0.5);
    assertIsExact(
        new ChannelClamp(),
        Approximation.exact(x.tensor()),
        Approximation.exact(low.tensor()),
        high);
  }

  @Test
  void aShapeIsThatOfAllItStandsFor() {
    Approximation x = off(new int[] {1, 2}, by(0.5, 0.25), 3, -4);
    assertIsExact(new Shape(Optional.empty(), 0), x);
    assertIsExact(new Size(), x);
  }

  private static Resize resize(ResizeMode mode, CoordinateMode coordinates) {
    return new Resize(
        new Resampling(mode, coordinates, NearestMode.FLOOR, -0.75f, false, false, 7),
        List.of(2L),
        AspectPolicy.STRETCH);
  }

  @Test
  void theNearestElementIsMovedAndLinearWeightsAreShares() {
    Approximation x = off(new int[] {1, 1, 2}, by(0.5, 0.25), 3, -4);
    Approximation four = new Approximation(longs(4), null);
    Resize nearest = resize(ResizeMode.NEAREST, CoordinateMode.ASYMMETRIC);
    assertNear(moved(nearest, x, null, null, four), 0.5, 0.5, 0.25, 0.25);
    assertIsExact(nearest, Approximation.exact(x.tensor()), null, null, four);
    Resize linear = resize(ResizeMode.LINEAR, CoordinateMode.ASYMMETRIC);
    double g = gamma(1 + 8 + 1 + 8 + 2 + 8);
    double first = 0.5 + g * 3.5;
    double last = 0.25 + g * 4.25;
    assertNear(rounded(linear, x, null, null, four), first, (first + last) / 2, last, last);
    assertHasNoRule(resize(ResizeMode.CUBIC, CoordinateMode.ASYMMETRIC), x, null, null, four);
    Approximation roi = exact(0, 1);
    assertHasNoRule(
        resize(ResizeMode.NEAREST, CoordinateMode.TF_CROP_AND_RESIZE), x, roi, null, four);
  }

  @Test
  void aLeakySlopeAboveOneWidens() {
    Approximation x = off(by(0.5, 0.25), 3, -4);
    assertNear(rounded(new PRelu(), x, exact(-0.5, -3)), 3 * U + 0.5, 12 * U + 3 * 0.25);
    assertHasNoRule(new PRelu(), x, off(by(0.1, 0.1), -0.5, -3));
    assertNear(rounded(new LeakyRelu(-3), x), 3 * 0.5 + U * 3, 3 * 0.25 + U * 12);
    assertNear(rounded(new LeakyRelu(0.125f), x), 0.5 + U * 3, 0.25 + U);
    double low = 3 * (1 - Math.exp(-4));
    assertNear(rounded(new Elu(3), x), 3 * 0.5 + 16 * U * 3, 3 * 0.25 + 16 * U * low);
    assertNear(moved(new Relu(), x), 0.5, 0);
    assertIsExact(new Relu(), exact(3, -4));
  }

  @Test
  void aHardSigmoidIsExactWhereItIsSaturated() {
    HardSigmoid hard = new HardSigmoid(-0.25f, 0.5f);
    double[] off = new double[2];
    off[0] = 0.25 * 0.5 + 0x1p-24 * 0.25 + 16 * U * (0.25 + 0.5);
    off[1] = 0x1p-24 * 0.25 + 16 * U * 0.75;
    assertNear(rounded(hard, off(by(0.5, 0), 1, -1)), off);
    double near = 0x1p-24 * 0.5078125 + 16 * U * 1.0078125;
    assertNear(rounded(hard, exact(2.03125, -2.03125)), near, near);
    assertNear(rounded(hard, exact(2.5, -2.5)), 0, 0);
    double far = 0.25 * 0.5 + 0x1p-24 * 0.625 + 16 * U * 1.125;
    assertNear(rounded(hard, off(by(0.5, 0.5), 2.5, -2.5)), far, far);
    HardSigmoid falling = new HardSigmoid(0.25f, -0.5f);
    assertNear(rounded(falling, exact(3.0)), 0x1p-24 * 0.75 + 16 * U * 1.25);
  }

  @ParameterizedTest
  @CsvSource({
    "ABS, 1, 0",
    "NEG, 1, 0",
    "SIGMOID, 0.25, 16",
    "TANH, 1, 16",
    "SOFTPLUS, 1, 16",
    "ERF, 1.1284, 16",
    "HARD_SWISH, 1.5, 16",
    "MISH, 1.25, 16",
    "ASINH, 1, 16",
    "ATAN, 1, 16",
    "COS, 1, 16",
    "SIN, 1, 16",
    "SOFTSIGN, 1, 16"
  })
  void aFunctionWidensByItsSteepestSlope(
      Elementwise.Function function, double slope, double steps) {
    Approximation x = off(by(0.5, 0.25), 3, -0.5);
    Elementwise op = new Elementwise(function);
    double[] y = op.evaluate(EvaluationInputs.of(x.tensor())).getFirst().data();
    if (steps == 0) {
      assertNear(moved(op, x), 0.5, 0.25);
      assertIsExact(op, exact(3, -0.5));
      return;
    }
    double size = Math.max(1, Math.abs(y[0]));
    assertNear(rounded(op, x), slope * 0.5 + steps * U * size, slope * 0.25 + steps * U);
  }

  @ParameterizedTest
  @EnumSource(names = {"CEIL", "FLOOR", "ROUND", "SIGN", "ACOSH", "COSH", "SINH", "TAN"})
  void aFunctionWithoutSlopeTakesExactElements(Elementwise.Function function) {
    Elementwise op = new Elementwise(function);
    assertHasNoRule(op, off(by(0.5), 4));
    switch (function) {
      case CEIL, FLOOR, ROUND, SIGN -> assertIsExact(op, exact(4.5));
      default -> {
        double y = op.evaluate(EvaluationInputs.of(floats(new int[] {1}, 4))).getFirst().data()[0];
        assertNear(rounded(op, exact(4.0)), 16 * U * Math.max(1, y));
      }
    }
  }

  private static Elementwise named(Elementwise.Function function) {
    return new Elementwise(function);
  }

  /// `e^2.5 - e^2`, `log 2 - log 1.5`, `1 / 1.5 - 1 / 2`; the root of 4 to within 2 is as far from
  /// 2 as a slope of 1 / 2 takes it, that of 1 / 4 to within 0.125 as that of its radius.
  @Test
  void steepFunctionsAreHeldToTheirSteepestPlace() {
    Approximation two = off(by(0.5, 0), 2, 2);
    double e = Math.exp(2);
    assertNear(
        rounded(named(Elementwise.Function.EXP), two), Math.exp(2.5) - e + 16 * U * e, 16 * U * e);
    assertNear(
        rounded(named(Elementwise.Function.LOG), two),
        Math.log(2) - Math.log(1.5) + 16 * U,
        16 * U);
    assertNear(rounded(named(Elementwise.Function.RECIPROCAL), two), 1 / 1.5 - 0.5 + 8 * U, 8 * U);
    assertNear(
        rounded(named(Elementwise.Function.RECIPROCAL), off(by(0.5), -2)), 1 / 1.5 - 0.5 + 8 * U);
    assertNear(
        rounded(named(Elementwise.Function.SQRT), off(by(2, 0.25), 4, 0.25 + 0x1p-10)),
        1 + 32 * U,
        0.25 / Math.sqrt(0.25 + 0x1p-10) + 16 * U * Math.sqrt(0.25 + 0x1p-10));
    assertNear(
        rounded(named(Elementwise.Function.SQRT), off(by(0x1p-8), 0x1p-8 + 0x1p-12)),
        Math.min(0x1p-4, 0x1p-8 / Math.sqrt(0x1p-8 + 0x1p-12))
            + 16 * U * Math.sqrt(0x1p-8 + 0x1p-12));
  }

  @ParameterizedTest
  @EnumSource(
      value = Elementwise.Function.class,
      names = {"LOG", "RECIPROCAL", "SQRT"})
  void whereARunMayLeaveTheDomainNothingIsKnown(Elementwise.Function function) {
    assertThat(rounded(named(function), off(by(2), 2))).containsExactly(Double.POSITIVE_INFINITY);
  }

  @Test
  void gates() {
    Approximation x = off(by(0.5, 0.25, 0), 8, -0.5, -4);
    assertNear(
        rounded(new Parametric(Parametric.Function.SWISH, 2, 0), x),
        1.1 * 0.5 + 16 * U * 8,
        1.1 * 0.25 + 16 * U,
        16 * U * 4);
    // Constants are stored: half a unit of a float in its last place, twice.
    double stored = 0x1p-23 + 0x1p-42;
    assertNear(
        rounded(new Gelu(false), x),
        1.13 * 0.5 + 16 * U * 8 + 8 * stored,
        1.13 * 0.25 + 16 * U + 0.5 * stored,
        16 * U * 4 + 4 * stored);
    assertNear(rounded(new Gelu(true), x), rounded(new Gelu(false), x));
  }

  /// The rows are `(1, 3)` and `(-3, 5)`: means 2 and 1, root mean squares 1 and 4 of what is left,
  /// root mean squares `sqrt(5)` and `sqrt(17)` of all.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rows(boolean centered) {
    int[] shape = {2, 2};
    double[] data = {1, 3, -3, 5};
    double[] dx = {0.01, 0.02, 0, 0};
    double[] scale = {2, -0.5};
    double[] dScale = {0, 0.125};
    double[] shift = {1, -1};
    double[] dShift = {0.25, 0};
    Approximation x = off(shape, dx, data);
    Approximation factors = off(dScale, scale);
    Op op =
        centered
            ? new LayerNormalization(-1, 3, ElementType.FLOAT32)
            : new RmsNormalization(-1, 3, 1);
    double[] actual =
        centered ? rounded(op, x, factors, off(dShift, shift)) : rounded(op, x, factors);
    for (int i = 0; i < 4; i++) {
      int row = i / 2 * 2;
      double mean = centered ? (data[row] + data[row + 1]) / 2 : 0;
      double ofMean =
          (1 + gamma(3)) * (dx[row] + dx[row + 1]) / 2
              + gamma(3) * (Math.abs(data[row]) + Math.abs(data[row + 1])) / 2;
      double[] off = new double[2];
      for (int k = 0; k < 2; k++) {
        off[k] =
            centered
                ? (1 + U) * (dx[row + k] + ofMean) + U * Math.abs(data[row + k] - mean)
                : dx[row + k];
      }
      double rms = Math.sqrt((off[0] * off[0] + off[1] * off[1]) / 2);
      double s = Math.sqrt((Math.pow(data[row] - mean, 2) + Math.pow(data[row + 1] - mean, 2)) / 2);
      double divisor = Math.sqrt(s * s + 3);
      double ofS = rms + gamma(6) * (s + rms) + Math.sqrt(TINY);
      double ofDivisor = ofS + 3 * U * (divisor + ofS);
      double z = Math.abs(data[i] - mean) / divisor;
      double passedOn = (off[i - row] + z * ofDivisor) / (divisor - ofDivisor);
      double ofZ = Math.min(passedOn + 2 * U * (z + passedOn), Math.sqrt(2) * (1 + gamma(10)) + z);
      double g = Math.abs(scale[i - row]);
      double moved = g * ofZ + dScale[i - row] * (z + ofZ) + (centered ? dShift[i - row] : 0);
      double rest = g * z + (centered ? Math.abs(shift[i - row]) : 0) + TINY;
      assertThat(actual[i]).isCloseTo(moved + 2 * U * (moved + rest), within(1e-12));
    }
  }

  @Test
  void aSoftmaxWidensByTwiceTheLargestRadius() {
    Approximation x = off(new int[] {1, 2}, by(0.125, 0.25), 0, 0);
    double steps = 16 + 2;
    double share = 0.5 * Math.expm1(0.5) + steps * U;
    assertNear(rounded(new Softmax(Softmax.Function.SOFTMAX, -1), x), share, share);
    Approximation far = off(new int[] {1, 2}, by(0.25, 0.125), 0, 10);
    double log = Math.log(1 + Math.exp(10));
    assertNear(
        rounded(new Softmax(Softmax.Function.LOG_SOFTMAX, 1), far),
        0.5 + steps * U * log,
        0.5 + steps * U);
    assertNear(
        rounded(new Softmax(Softmax.Function.SOFTMAX, 0), exact(new int[] {1, 2}, 0, 0)),
        17 * U,
        17 * U);
  }

  @Test
  void aLargestElementIsOffByTheLargestRadiusInItsWindow() {
    Approximation x = off(new int[] {1, 1, 2}, by(0.5, 0.25), 1, 9);
    WindowAttributes padded =
        new WindowAttributes(AutoPad.NOTSET, List.of(), List.of(1L), List.of(1L, 0L), List.of());
    MaxPool pool = new MaxPool(padded, false, 0);
    assertNear(moved(pool, x), 0, 0.5, 0.25);
    assertIsExact(pool, Approximation.exact(x.tensor()));
    assertNear(moved(new GlobalPool(GlobalPool.Function.MAX), x), 0.5);
  }

  @Test
  void aCastRoundsToItsType() {
    Cast cast = new Cast("up", true, ElementType.FLOAT16);
    double half = 2 * (0.5 + 0x1p-20) * 0x1p-10 + 2 * 0x1p-50;
    assertNear(rounded(cast, off(by(0.25), 1)), 0.25 + half);
    assertIsExact(cast, exact(1.0));
  }

  @Test
  void radiiMoveWithTheirElements() {
    Approximation x = off(new int[] {1, 2}, by(0.5, 0.25), 1, 9);
    Approximation z = exact(new int[] {1, 2}, 3, 4);
    assertNear(moved(new Concat(1), x, z), 0.5, 0.25, 0, 0);
    assertNear(moved(new Concat(0), z, x), 0, 0, 0.5, 0.25);
    assertNear(moved(new Transpose(List.of(1L, 0L)), x), 0.5, 0.25);
    assertNear(moved(new Flatten(0), x), 0.5, 0.25);
    assertIsExact(new Concat(1), z, z);
    assertIsExact(new Flatten(0), z);
    assertIsExact(new ConstantOfShape(Constant.scalar(2f)), Approximation.exact(longs(3)));
  }

  @Test
  void aChoiceTakesTheRadiusOfWhatItTakes() {
    Approximation condition = Approximation.exact(bools(1, 0));
    Approximation x = off(by(0.5, 0.25), 1, 9);
    Approximation z = off(by(0.125, 0.0625), 3, 4);
    assertNear(moved(new Where(), condition, x, z), 0.5, 0.0625);
    assertIsExact(new Where(), condition, exact(1, 9), exact(3, 4));
    Approximation doubtful = new Approximation(bools(1, 0), by(1, 0));
    assertHasNoRule(new Where(), doubtful, x, z);
  }

  @Test
  void whatIsPaddedWithKeepsItsRadius() {
    Pad pad = new Pad(PadMode.CONSTANT);
    Approximation x = off(by(0.5, 0.25), 1, 9);
    Approximation pads = Approximation.exact(longs(1, 0));
    assertNear(moved(pad, x, pads), 0, 0.5, 0.25);
    assertNear(moved(pad, x, pads, exact(SCALAR, 0)), 0, 0.5, 0.25);
    assertNear(moved(pad, x, pads, exact(SCALAR, 7)), 0, 0.5, 0.25);
    assertNear(moved(pad, x, pads, off(by(0.125), 7)), 0.125, 0.5, 0.25);
    assertIsExact(pad, exact(1, 9), pads, exact(SCALAR, 7));
  }

  @Test
  void aDropoutThatDropsNothingIsACopy() {
    Dropout dropout = new Dropout(Optional.of(1L));
    Approximation x = off(by(0.5, 0.25), 1, 9);
    Approximation ratio = exact(SCALAR, 0.5);
    assertNear(moved(dropout, x), 0.5, 0.25);
    assertNear(moved(dropout, x, ratio, training(0)), 0.5, 0.25);
    assertIsExact(dropout, exact(1, 9));
    assertHasNoRule(dropout, x, ratio, training(1));
  }

  private static Approximation training(double mode) {
    return Approximation.exact(new DoubleTensor(ElementType.BOOL, SCALAR, new double[] {mode}));
  }

  @Test
  void wholeNumbersAreKnownOfExactOperands() {
    Cast cast = new Cast("up", true, ElementType.INT32);
    assertIsExact(cast, exact(1.0));
    assertHasNoRule(cast, off(by(0.5), 1));
  }

  @Test
  void aFunctionOfTwoWithoutRuleHasNone() {
    assertHasNoRule(new Pow(), exact(2.0), exact(3.0));
  }
}
