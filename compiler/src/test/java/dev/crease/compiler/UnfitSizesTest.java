package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Sizes that a run's values give and that cannot be: each is an error that says so, before memory
/// is asked for that there is not.
class UnfitSizesTest {
  private static final long HUGE = Long.MAX_VALUE;
  private static final long LOW = Long.MIN_VALUE;

  private static final String JOINED =
      """
      z: f32[c, d] = ConstantOfShape(n)
      y = ConcatFromSequence(SequenceConstruct(z, z), axis = 1)
      """;
  private static final String PARTS =
      "y = ConcatFromSequence(SplitToSequence(x, Reshape(n, [])), axis = 0)";
  private static final String ENDLESS =
      """
      y = Loop(n, _, i, body = graph b(t: i64[], c: bool[], s: i64[2, 2])
          -> (c: bool[], r: i64[2, 2]) { r = s + 1 })
      """;
  private static final String ROWS =
      """
      y = Loop(n, _, body = graph b(t: i64[], c: bool[]) -> (c: bool[], r: i64[2, 2]) { r = i + t })
      """;

  private static final String ROWS_OF_COPIES =
      """
      y = Loop(n, _, body = graph b(t: i64[], c: bool[]) -> (d: bool[], r: i64[2, 2]) {
        d = Identity(c)
        r = i + t
      })
      """;

  private static Arguments sizes(String result, String expression, long... n) {
    return arguments(result, expression, Tensor.of(n, n.length));
  }

  private static Arguments numbers(String result, String expression, float... n) {
    return arguments(result, expression, Tensor.of(n, n.length));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        sizes("f32[a, b]", "y = Reshape(x, n)", -1, -1),
        sizes("f32[a, b]", "y = Reshape(x, n)", 4, -1),
        sizes("f32[a, b]", "y = Reshape(x, n)", -2, 3),
        sizes("f32[a, b]", "y = Reshape(x, n)", 7, 1),
        sizes("f32[a, b]", "y = Reshape(x, n)", 3_000_000_000L, -1),
        sizes("f32[a, b]", "y = Reshape(x, n)", HUGE, HUGE),
        sizes("f32[a, b]", "y = Reshape(x, n)", 1L << 32, 1L << 32),
        sizes("f32[a, b, c]", "y = Reshape(x, n)", HUGE, HUGE, -1),
        sizes("f32[a, b]", "y = Reshape(x, n)", LOW, -1),
        sizes("f32[a, b, c]", "y = Reshape(x, n)", 1, 0, 0),
        sizes("f32[a, b]", "y = Expand(x, n)", 2, 4),
        sizes("f32[a, b]", "y = Expand(x, n)", -1, 3),
        sizes("f32[a, b, c]", "y = Expand(x, n)", -5, 2, 3),
        sizes("f32[a, b, c]", "y = Expand(x, n)", 3_000_000_000L, 2, 3),
        sizes("f32[a, b, c]", "y = Expand(x, n)", HUGE, 2, 3),
        sizes("f32[a, b, c]", "y = Expand(x, n)", 2_000_000_000L, 2, 3),
        sizes("f32[a, b]", "y = ConstantOfShape(n)", -1, 2),
        sizes("f32[a, b]", "y = ConstantOfShape(n)", 65536, 65536),
        sizes("f32[a, b]", "y = ConstantOfShape(n)", HUGE, 4),
        sizes("f32[a, b]", "y = ConstantOfShape(n)", 1L << 32, 1L << 32),
        sizes("f32[a, b]", "y = ConstantOfShape(n)", -1, -4),
        sizes("f32[a, b, c]", "y = ConstantOfShape(n)", 65536, 65536, 0),
        sizes("f32[a, b]", "y = Tile(x, n)", -1, 2),
        sizes("f32[a, b]", "y = Tile(x, n)", -1, -2),
        sizes("f32[a, b]", "y = Tile(x, n)", 1L << 33, 1),
        sizes("f32[a, b]", "y = Tile(x, n)", HUGE, HUGE),
        sizes("f32[a, b]", "y = Tile(x, n)", 65536, 65536),
        sizes("f32[a, b]", "y = Slice(x, [0, 0], [2, 2], [0, 1], n)", 1, 0),
        sizes("f32[a, b]", "y = Slice(x, [0, 0], [2, 2], n)", 0, 0),
        sizes("f32[a, b]", "y = Slice(x, [0, 0], [2, 2], n)", 0, 2),
        sizes("f32[a, b]", "y = Slice(x, [0, 0], [2, 2], n)", LOW, 1),
        sizes("f32[a, b]", "y = Pad(x, n)", -3, 0, 0, 0),
        sizes("f32[a, b]", "y = Pad(x, n)", HUGE, 0, 0, 0),
        sizes("f32[a, b]", "y = Pad(x, n)", HUGE, 0, HUGE, 0),
        sizes("f32[a, b]", "y = Pad(x, n)", LOW, 0, LOW, 0),
        sizes("f32[a, b]", "y = Pad(x, n)", 0, 60000, 60000, 0),
        sizes("f32[a]", "y = Squeeze(x, n)", 0),
        sizes("f32[a]", "y = Squeeze(x, n)", 5),
        sizes("f32[a, b, c]", "y = Unsqueeze(x, n)", 7),
        sizes("f32[a, b, c, d]", "y = Unsqueeze(x, n)", 0, 0),
        sizes("f32[a, b]", "y = ReduceSum(x, n)", 2),
        sizes("f32[a, b]", "y = ReduceSum(x, n)", LOW),
        sizes("f32[2, 3]", "y = CumSum(x, n)", 2),
        sizes("f32[2, 3]", "y = CumSum(x, n)", HUGE),
        sizes("f32[2, 2, a]", "y = OneHot(i, n, [0.0, 1.0])", -1),
        sizes("f32[2, 2, a]", "y = OneHot(i, n, [0.0, 1.0])", HUGE),
        sizes("f32[2, 2, a]", "y = OneHot(i, n, [0.0, 1.0])", 2_000_000_000L),
        sizes("f32[2, a]", "y = TopK(x, n)", -1),
        sizes("f32[2, a]", "y = TopK(x, n)", 4),
        sizes("f32[2, a]", "y = TopK(x, n)", HUGE),
        sizes("f32[2, a]", "y, z = Split(x, n, axis = 1)", 4, -1),
        sizes("f32[2, a]", "y, z = Split(x, n, axis = 1)", 1, 1),
        sizes("f32[2, a]", "y, z = Split(x, n, axis = 1)", HUGE, HUGE),
        sizes("f32[a, b]", "y = CenterCropPad(x, n)", -1, 3),
        sizes("f32[a, b]", "y = CenterCropPad(x, n)", HUGE, 3),
        sizes("f32[a, b]", "y = CenterCropPad(x, n)", 65536, 65536),
        sizes("f32[a, b]", "y = Resize(x, _, _, n)", -1, 3),
        sizes("f32[a, b]", "y = Resize(x, _, _, n)", HUGE, 3),
        sizes("f32[a, b]", "y = Resize(x, _, _, n)", 65536, 65536),
        numbers("f32[a, b]", "y = Resize(x, _, n)", -1, 1),
        numbers("f32[a, b]", "y = Resize(x, _, n)", Float.NaN, 1),
        numbers("f32[a, b]", "y = Resize(x, _, n)", 1e30f, 1),
        numbers("f32[a, b]", "y = Resize(x, _, n)", Float.POSITIVE_INFINITY, 1),
        numbers("f32[a]", "y = Range(0.0, 5.0, Reshape(n, []))", 0),
        numbers("f32[a]", "y = Range(0.0, 5.0, Reshape(n, []))", Float.NaN),
        numbers("f32[a]", "y = Range(0.0, 5.0, Reshape(n, []))", 1e-30f),
        numbers("f32[a]", "y = Range(0.0, Reshape(n, []), 1.0)", Float.NaN),
        numbers("f32[a]", "y = Range(0.0, Reshape(n, []), 1.0)", Float.POSITIVE_INFINITY),
        numbers("f32[a]", "y = Range(0.0, Reshape(n, []), 1.0)", 1e30f),
        numbers("f32[a]", "y = Range(Reshape(n, []), 1.0, 1.0)", Float.NEGATIVE_INFINITY));
  }

  static Stream<Arguments> integers() {
    return Stream.of(
        sizes("i64[a]", "y = Range(0, 5, Reshape(n, []))", 0),
        sizes("i64[a]", "y = Range(0, Reshape(n, []), 1)", HUGE),
        sizes("i64[a]", "y = Range(-2, Reshape(n, []), 1)", HUGE),
        sizes("i64[a]", "y = Range(5, Reshape(n, []), -1)", LOW),
        sizes("i64[a]", "y = Range(0, Reshape(n, []), 1)", 3_000_000_000L),
        sizes("f32[a, b]", JOINED, 0, 2_000_000_000),
        sizes("f32[a, 3]", "y = ConcatFromSequence(SplitToSequence(x, n), axis = 0)", 0, 3),
        sizes("f32[a, 3]", "y = ConcatFromSequence(SplitToSequence(x, n), axis = 0)", 3, -1),
        sizes("f32[a, 3]", "y = ConcatFromSequence(SplitToSequence(x, n), axis = 0)", HUGE, HUGE),
        sizes("f32[a, 3]", PARTS, 0),
        sizes("f32[a, 3]", PARTS, -1),
        sizes("f32[2, a, 2]", "y = DFT(Unsqueeze(x, [2]), Reshape(n, []), 1)", -1),
        sizes("f32[2, a, 2]", "y = DFT(Unsqueeze(x, [2]), Reshape(n, []), 1)", HUGE),
        sizes("f32[2, a, 2]", "y = DFT(Unsqueeze(x, [2]), Reshape(n, []), 1)", 2_000_000_000),
        sizes("f32[2, a, 2, 2]", "y = STFT(Unsqueeze(x, [2]), Reshape(n, []), _, 2)", 0),
        sizes("f32[2, a, 2, 2]", "y = STFT(Unsqueeze(x, [2]), Reshape(n, []), _, 2)", -1),
        sizes("f32[2, a, b, 2]", "y = STFT(Unsqueeze(x, [2]), 1, _, Reshape(n, []))", -1),
        sizes("f32[2, a, b, 2]", "y = STFT(Unsqueeze(x, [2]), 1, _, Reshape(n, []))", 0),
        sizes("f32[2, a, b, 2]", "y = STFT(Unsqueeze(x, [2]), 1, _, Reshape(n, []))", HUGE),
        sizes("f32[5, a]", "y = MelWeightMatrix(Reshape(n, []), 8, 16000, 0.0, 8000.0)", -1),
        sizes("f32[5, a]", "y = MelWeightMatrix(Reshape(n, []), 8, 16000, 0.0, 8000.0)", HUGE),
        sizes("f32[1, 2, a, b]", "y = Col2Im(Unsqueeze(x, [0]), n, [1, 1])", -1, -3),
        sizes("f32[1, 2, a, b]", "y = Col2Im(Unsqueeze(x, [0]), n, [1, 1])", HUGE, 3),
        sizes("f32[1, 2, a, b]", "y = Col2Im(Unsqueeze(x, [0]), n, [1, 1])", 2, 5),
        sizes("f32[1, a, 1, 3]", "y = Col2Im(Unsqueeze(x, [0]), [1, 3], n)", 0, 0),
        sizes("f32[1, a, 1, 3]", "y = Col2Im(Unsqueeze(x, [0]), [1, 3], n)", -1, -2),
        sizes("f32[1, a, 1, 3]", "y = Col2Im(Unsqueeze(x, [0]), [1, 3], n)", HUGE, HUGE),
        sizes("f32[2, 3]", "y = ReverseSequence(x, n)", 1, 2, 4),
        sizes("f32[2, 3]", "y = ReverseSequence(x, n)", HUGE, -1, 1),
        sizes("i64[2, 2]", ENDLESS, HUGE),
        sizes("i64[a, 2, 2]", ROWS, HUGE),
        sizes("i64[a, 2, 2]", ROWS, 2_000_000_000),
        sizes("i64[a, 2, 2]", ROWS_OF_COPIES, 1L << 40),
        sizes("f32[a]", "y = HannWindow(Reshape(n, []))", -1),
        sizes("f32[a]", "y = HannWindow(Reshape(n, []))", HUGE));
  }

  @Test
  void theInterpreterRefusesEndlessLoops() {
    for (String loop : List.of(ROWS, ROWS_OF_COPIES)) {
      String text =
          "model m(i: i64[2, 2], n: i64[1]) -> (y: i64[a, 2, 2]) {\n%s}\n".formatted(loop);
      Map<String, DoubleTensor> given =
          Map.of(
              "i",
              DoubleTensor.zeros(ElementType.INT64, 2, 2),
              "n",
              new DoubleTensor(ElementType.INT64, new int[] {1}, new double[] {0x1p40}));
      assertThatThrownBy(() -> Interpreter.run(TextReader.read(text, "test").graph(), given))
          .isInstanceOf(InvalidOperandException.class)
          .hasMessageContaining("Loop takes 1099511627776 turns");
    }
  }

  @ParameterizedTest
  @MethodSource({"shapes", "integers"})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void areRefusedWithAReason(String result, String expression, Tensor n) {
    String text =
        """
        model m(x: f32[2, 3], i: i64[2, 2], n: %s[%d]) -> (y: %s) {
          %s
        }
        """
            .formatted(n.type() == ElementType.INT64 ? "i64" : "f32", n.dim(0), result, expression);
    Plan plan = Compiler.compilation(TextReader.read(text, "test"), Options.defaults()).plan();
    Map<String, Tensor> given =
        Map.of(
            "x",
            Tensor.zeros(ElementType.FLOAT32, 2, 3),
            "i",
            Tensor.zeros(ElementType.INT64, 2, 2),
            "n",
            n);
    try (Session session = plan.newSession()) {
      assertThatThrownBy(() -> session.run(given))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageFindingMatch("[0-9]|NaN|Infinity");
    }
  }
}
