package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Dimensions that are known only when a model runs broadcast as ONNX says, empty ones among them,
/// and those that do not are an error: in the interpreter and with every kind of kernels.
class BroadcastTest {
  /// Expressions over `a: f32[N, 2]` and `b: f32[M, 2]` whose result has the rows in common.
  private static final String[] EXPRESSIONS = {
    "a + b",
    "Relu(a - b) * a",
    "Pow(a, b)",
    "Max(a, b, a)",
    "Sum(b, a)",
    "Expand(a, Shape(b))",
    "MatMul(Unsqueeze(a, [1]), Unsqueeze(b, [2]))",
    "MaxPool(Unsqueeze(a, [2]), kernel_shape = [1]) + MaxPool(Unsqueeze(b, [2]), kernel_shape ="
        + " [1])",
  };

  private record Sizes(int n, int m, int common) {}

  private static final Sizes[] FITTING = {
    new Sizes(3, 3, 3),
    new Sizes(1, 3, 3),
    new Sizes(3, 1, 3),
    new Sizes(1, 1, 1),
    new Sizes(0, 1, 0),
    new Sizes(1, 0, 0),
    new Sizes(0, 0, 0)
  };

  private static final Sizes[] CONTRADICTING = {
    new Sizes(2, 3, -1), new Sizes(0, 3, -1), new Sizes(3, 0, -1)
  };

  static Stream<String> expressions() {
    return Stream.of(EXPRESSIONS);
  }

  private static Model model(String expression) {
    String text =
        """
        model m(a: f32[N, 2], b: f32[M, 2]) -> (y: f32[broadcast(N, M)]) {
          y = ReduceMax(Flatten(%s), [1], keepdims = 0)
        }
        """;
    return TextReader.read(text.formatted(expression), "broadcast");
  }

  private static Tensor ones(int rows) {
    float[] values = new float[2 * rows];
    Arrays.fill(values, 1);
    return Tensor.of(values, rows, 2);
  }

  private static Map<String, Tensor> inputs(Sizes sizes) {
    return Map.of("a", ones(sizes.n()), "b", ones(sizes.m()));
  }

  private static Map<String, DoubleTensor> doubles(Sizes sizes) {
    return Map.of("a", DoubleTensor.of(ones(sizes.n())), "b", DoubleTensor.of(ones(sizes.m())));
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void sizesThatBroadcastGiveTheCommonOne(String expression) {
    Model model = model(expression);
    var plan = Compiler.compilation(model, Options.defaults()).plan();
    for (Sizes sizes : FITTING) {
      DoubleTensor expected = Interpreter.run(model.graph(), doubles(sizes)).get("y");
      assertThat(expected.shape()).as("%s", sizes).containsExactly(sizes.common());
      for (KernelChoice kernels : KernelChoice.values()) {
        try (Session session = plan.newSession(SessionOptions.defaults().withKernels(kernels))) {
          Tensor y = session.run(inputs(sizes)).get("y");
          assertThat(y.shape()).as("%s %s", sizes, kernels).containsExactly(sizes.common());
          assertThat(DoubleTensor.of(y).data()).isEqualTo(expected.data());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void sizesThatDoNotBroadcastAreAnError(String expression) {
    Model model = model(expression);
    var plan = Compiler.compilation(model, Options.defaults()).plan();
    for (Sizes sizes : CONTRADICTING) {
      assertThatThrownBy(() -> Interpreter.run(model.graph(), doubles(sizes)))
          .isInstanceOf(InvalidOperandException.class)
          .hasMessageContaining("cannot be broadcast");
      try (Session session = plan.newSession()) {
        assertThatThrownBy(() -> session.run(inputs(sizes)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(
                "do not broadcast", "[N, M] = [%d, %d]".formatted(sizes.n(), sizes.m()));
      }
    }
  }

  /// A known dimension is the result's, and what does not fit it is found even where nothing is
  /// computed.
  @Test
  void emptyResultsHideNoMismatch() {
    String text = "model m(a: f32[N, C], b: f32[3]) -> (y: f32[N, 3]) { y = a + b }";
    Model model = TextReader.read(text, "empty");
    Tensor b = Tensor.zeros(ElementType.FLOAT32, 3);
    Tensor wrong = Tensor.zeros(ElementType.FLOAT32, 0, 4);
    Tensor right = Tensor.zeros(ElementType.FLOAT32, 0, 1);
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      assertThat(session.run(Map.of("a", right, "b", b)).get("y").shape()).containsExactly(0, 3);
      assertThatThrownBy(() -> session.run(Map.of("a", wrong, "b", b)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("`y`", "[0, 4] does not broadcast to [0, 3]");
    }
  }

  /// What is joined has to fit along all other axes, in plain and in blocked layout.
  @ParameterizedTest
  @ValueSource(strings = {"Concat(a, b, axis = 1)", "Concat(Conv(a, w), Conv(b, w), axis = 1)"})
  void whatDoesNotFitIsNotJoined(String expression) {
    String text =
        """
        model m(a: f32[1, 2, H], b: f32[1, 2, K]) -> (y: f32[1, 4, H]) {
          w: f32[2, 2, 1] = he_normal(seed = 1)
          y = Relu(%s)
        }
        """;
    Model model = TextReader.read(text.formatted(expression), "concatenation");
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      for (int length : new int[] {3, 5}) {
        Tensor a = Tensor.zeros(ElementType.FLOAT32, 1, 2, 4);
        Tensor b = Tensor.zeros(ElementType.FLOAT32, 1, 2, length);
        assertThatThrownBy(() -> session.run(Map.of("a", a, "b", b)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cannot be joined along axis 1");
      }
    }
  }
}
