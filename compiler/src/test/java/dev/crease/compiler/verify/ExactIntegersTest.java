package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole numbers are what the kernels make of them, bit for bit, or refused.
class ExactIntegersTest {
  private static final int SIZE = 4;

  private static Model model(String type, String expression) {
    return TextReader.read(
        "model m(x: %s[4], z: %s[4]) -> (y: %s[%s]) {\n  y = %s\n}\n"
            .formatted(type, type, type, shape(expression), expression),
        "test");
  }

  private static String shape(String expression) {
    if (expression.startsWith("Gemm") || expression.contains("i,j->ij")) {
      return "4, 4";
    }
    return expression.startsWith("Reduce") ? "1" : expression.startsWith("MatMul") ? "" : "4";
  }

  private static Tensor compiled(Model model, Tensor x, Tensor z) {
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      return session.run(Map.of("x", x, "z", z)).get("y");
    }
  }

  private static Tensor interpreted(Model model, Tensor x, Tensor z) {
    Map<String, DoubleTensor> inputs = Map.of("x", DoubleTensor.of(x), "z", DoubleTensor.of(z));
    return Interpreter.run(model.graph(), inputs).get("y").toTensor();
  }

  /// Of every size up to the largest a double holds; one in three is small, so that some sums fit.
  private static Tensor random(ElementType type, Random random) {
    boolean longs = type == ElementType.INT64;
    int most = 1 + random.nextInt(longs ? 53 : 31);
    long[] values = new long[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = random.nextLong() >> 64 - most;
    }
    int[] ints = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      ints[i] = (int) values[i];
    }
    return longs ? Tensor.of(values, SIZE) : Tensor.of(ints, SIZE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x + z",
        "x - z",
        "x * z",
        "ReduceSum(x * z)",
        "ReduceSum(x)",
        "ReduceProd(x)",
        "ReduceMean(x)",
        "ReduceSumSquare(x)",
        "ReduceL1(x)",
        "MatMul(x, z)",
        "Gemm(Unsqueeze(x, [1]), Unsqueeze(z, [0]))",
        "Einsum(x, z, equation = \"i,j->ij\")",
        "CumSum(x, 0)",
        "Mod(x, z + 1)",
        "Neg(x)",
        "Abs(x)",
        "PRelu(x, z)",
        "ScatterElements(x, [0, 0, 1, 1], z, reduction = \"add\")",
        "ScatterElements(x, [0, 0, 1, 1], z, reduction = \"mul\")",
        "ScatterND(x, [[0], [0], [1], [1]], z, reduction = \"add\")",
        "Max(x, z)"
      })
  void isWhatKernelsComputeOrRefused(String expression) {
    for (ElementType type : new ElementType[] {ElementType.INT64, ElementType.INT32}) {
      Model model = model(type == ElementType.INT64 ? "i64" : "i32", expression);
      Random random = new Random(7);
      int compared = 0;
      for (int run = 0; run < 60; run++) {
        Tensor x = random(type, random);
        Tensor z = random(type, random);
        Tensor expected;
        try {
          expected = interpreted(model, x, z);
        } catch (InvalidOperandException e) {
          assertThat(e).hasMessageMatching("(?s).*(2\\^53|divided by zero).*");
          continue;
        }
        assertThat(compiled(model, x, z)).as("%s of %s %s", expression, x, z).isEqualTo(expected);
        compared++;
      }
      assertThat(compared).as("%s of %s", expression, type).isGreaterThan(10);
    }
  }

  /// Sums of these magnitudes are no longer exact; what moves and compares them does not mind.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "BitShift(Cast(Abs(x), to = 13), Cast([1, 2, 3, 1], to = 13), direction = \"RIGHT\");"
            + " u64[4]",
        "BitwiseOr(x, z); i64[4]",
        "BitwiseNot(x); i64[4]",
        "Cast(x, to = 7); i64[4]",
        "Mod(x, z); i64[4]",
        "x - z; i64[4]",
        "ScatterElements(x, [2, 1], Gather(z, [0, 1])); i64[4]",
        "ScatterND(x, [[2], [1]], Gather(z, [0, 1])); i64[4]",
        "ReduceMax(x, [0]); i64[1]",
        "ReduceMin(x, [0]); i64[1]",
        "Max(x, z); i64[4]",
        "Min(x, z, x); i64[4]",
        "ArgMax(x, axis = 0); i64[1]",
        "CenterCropPad(x, [6]); i64[6]",
        "Clip(x, ReduceMin(z, [0], keepdims = 0), ReduceMax(z, [0], keepdims = 0)); i64[4]",
        "Compress(x, Greater(x, z)); i64[k]",
        "Concat(x, z, axis = 0); i64[8]",
        "DepthToSpace(Reshape(x, [1, 4, 1, 1]), blocksize = 2); i64[1, 1, 2, 2]",
        "SpaceToDepth(Reshape(x, [1, 1, 2, 2]), blocksize = 2); i64[1, 4, 1, 1]",
        "Expand(x, [3, 4]); i64[3, 4]",
        "Flatten(x); i64[4, 1]",
        "Gather(x, [3, 0, 0]); i64[3]",
        "GatherElements(x, [3, 0, 0]); i64[3]",
        "GatherND(x, [[3], [0]]); i64[2]",
        "Identity(x); i64[4]",
        "NonZero(x); i64[1, k]",
        "OneHot([1, 0], 3, Gather(x, [0, 1])); i64[2, 3]",
        "Pad(x, [1, 2]); i64[7]",
        "Reshape(x, [2, 2]); i64[2, 2]",
        "ReverseSequence(Reshape(x, [2, 2]), [2, 1]); i64[2, 2]",
        "Slice(x, [-1], [-9], [0], [-1]); i64[4]",
        "Squeeze(Reshape(x, [4, 1]), [1]); i64[4]",
        "TensorScatter(Reshape(x, [1, 1, 4, 1]), Reshape(z, [1, 1, 4, 1])); i64[1, 1, 4, 1]",
        "Tile(x, [2]); i64[8]",
        "TopK(x, [2]); i64[2]",
        "Transpose(Reshape(x, [2, 2])); i64[2, 2]",
        "Trilu(Reshape(x, [2, 2])); i64[2, 2]",
        "Unique(x); i64[k]",
        "Unsqueeze(x, [0]); i64[1, 4]",
        "Where(Greater(x, z), x, z); i64[4]",
        "ConcatFromSequence(SequenceConstruct(x, z), axis = 0); i64[k]",
        "SequenceAt(SequenceInsert(SequenceConstruct(x), z), 1); i64[4]",
        "SequenceAt(SequenceErase(SequenceConstruct(x, z), 0), 0); i64[4]",
        "SequenceAt(SplitToSequence(x, 2), 1); i64[k]",
        "OptionalGetElement(Optional(x)); i64[4]",
        "Shape(x); i64[1]",
        "Size(x); i64[]",
        "SequenceLength(SequenceConstruct(x, z)); i64[]",
        "EyeLike(Reshape(x, [2, 2])); i64[2, 2]",
        "CastLike(x, z); i64[4]"
      })
  void whatMovesIsNotRefused(String expression, String type) {
    String text = "model m(x: i64[4], z: i64[4]) -> (y: %s) {\n  y = %s\n}\n";
    Model model = TextReader.read(text.formatted(type, expression), "test");
    Tensor x = Tensor.of(new long[] {1L << 52, (1L << 52) + 1, -(1L << 51), 3L << 51}, SIZE);
    Tensor z = Tensor.of(new long[] {(1L << 52) + 3, 1L << 52, -(3L << 51), 5L << 50}, SIZE);
    assertThat(interpreted(model, x, z)).isEqualTo(compiled(model, x, z));
  }

  @Test
  void asManyBoxesAsThereAreAreNotTooMany() {
    String text =
        """
        model m(b: f32[1, 2, 4], s: f32[1, 1, 2]) -> (y: i64[k, 3]) {
          y = NonMaxSuppression(b, s, [9223372036854775807], [0.5])
        }
        """;
    Model model = TextReader.read(text, "test");
    Tensor boxes = Tensor.of(new float[] {0, 0, 1, 1, 2, 2, 3, 3}, 1, 2, 4);
    Tensor scores = Tensor.of(new float[] {0.25f, 0.5f}, 1, 1, 2);
    Map<String, DoubleTensor> inputs =
        Map.of("b", DoubleTensor.of(boxes), "s", DoubleTensor.of(scores));
    assertThat(Interpreter.run(model.graph(), inputs).get("y").toTensor())
        .isEqualTo(Tensor.of(new long[] {0, 0, 1, 0, 0, 0}, 2, 3));
  }

  private static void assertRefused(String expression, long... x) {
    Model model = model("i64", expression);
    Tensor given = Tensor.of(x, x.length);
    Tensor ones = Tensor.of(new long[] {1, 1, 1, 1}, SIZE);
    assertThatThrownBy(() -> interpreted(model, given, ones))
        .as(expression)
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("2^53");
  }

  /// Each would come out as a power of two, which a double does hold.
  @Test
  void whatRoundsToAPowerOfTwoIsRefused() {
    long limit = 1L << 53;
    assertRefused("Identity(x)", limit + 1, 0, 0, 0);
    assertRefused("Identity(x)", (1L << 62) + 1, 0, 0, 0);
    assertRefused("x + z", limit, 0, 0, 0);
    assertRefused("ReduceSum(x)", limit, 1, 0, 0);
    assertRefused("MatMul(x, z)", limit, 1, 0, 0);
    assertRefused("CumSum(x, 0)", limit, 1, 0, 0);
    assertRefused("ReduceProd(x)", limit - 1, limit - 1, 1, 1);
    assertRefused("ScatterElements(x, [0, 1, 2, 3], z, reduction = \"add\")", limit, 0, 0, 0);
  }

  /// What neither moves nor adds is held to what it reads, all of it together, but for functions of
  /// one number.
  @Test
  void allOfAnOperandCountsUnlessEachElementIsAlone() {
    long half = 1L << 52;
    assertRefused("ReduceLogSum(x)", half, half, 0, 0);
    Tensor two = Tensor.of(new long[] {half, half, 0, 0}, SIZE);
    assertThat(interpreted(model("i64", "Abs(x)"), two, two)).isEqualTo(two);
    Tensor base = Tensor.of(new long[] {5, -3, 1L << 52, 7}, SIZE);
    Tensor exponent = Tensor.of(new long[] {22, 30, 2, 18}, SIZE);
    Model power = model("i64", "Pow(x, z)");
    assertThat(interpreted(power, base, exponent)).isEqualTo(compiled(power, base, exponent));
  }

  /// What reads integers of 64 bits in another way than one by one is held to all of them.
  @Test
  void whatIsReadOrComputedIsRefused() {
    long half = 1L << 52;
    assertRefused("Resize(x, sizes = [4])", half, half, 0, 0);
    assertRefused("Pow(x, z)", 1L << 53, 0, 0, 0);
    assertRefused("Pow(x, z + 1)", 1L << 27, 0, 0, 0);
  }

  @Test
  void narrowIntegersAreNeverTooLarge() {
    int most = Integer.MAX_VALUE;
    Tensor x = Tensor.of(new int[] {most, -most, most, most}, SIZE);
    Tensor ones = Tensor.of(new int[] {1, 1, 1, 1}, SIZE);
    for (String expression : new String[] {"Abs(x)", "Pow(x, z)", "Resize(x, sizes = [4])"}) {
      Model model = model("i32", expression);
      assertThat(interpreted(model, x, ones)).isEqualTo(compiled(model, x, ones));
    }
  }

  /// The rounded sum is small again, where nothing shows that it was rounded.
  @Test
  void intermediateSumsCount() {
    long limit = 1L << 53;
    assertRefused("ReduceSum(x)", limit, 1, -limit, 0);
    assertRefused("MatMul(x, z)", limit, 1, -limit, 0);
  }

  /// The largest integer, which slices take for "to the end", is moved; what computes with it is
  /// refused.
  @Test
  void theLargestIntegerIsMoved() {
    Tensor ends = Tensor.of(new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, 1L << 62}, SIZE);
    assertThat(interpreted(model("i64", "Identity(x)"), ends, ends)).isEqualTo(ends);
    assertThat(interpreted(model("i64", "Max(x, z)"), ends, ends)).isEqualTo(ends);
    assertRefused("Neg(x)", ends.longs());
    assertRefused("Abs(x)", ends.longs());
    assertRefused("x - z", ends.longs());
  }
}
