package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A batch of nothing goes through every kind of operator, in the interpreter and with every kind
/// of kernels, and comes out as a batch of nothing.
class EmptyTensorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Conv(x, w, b, pads = same); N, 8, 6, 6",
        "Conv(x, d, group = 4); N, 4, 4, 4",
        "BatchNormalization(x, s, s, s, s); N, 4, 6, 6",
        "MaxPool(x, kernel_shape = [2, 2], strides = [2, 2]); N, 4, 3, 3",
        "AveragePool(Relu(Conv(x, w)), kernel_shape = [2, 2]); N, 8, 3, 3",
        "GlobalAveragePool(x); N, 4, 1, 1",
        "x * Sigmoid(x) + s3; N, 4, 6, 6",
        "Gemm(Flatten(x), g); N, 5",
        "MatMul(x, m); N, 4, 6, 7",
        "Softmax(Flatten(x)); N, 144",
        "LRN(x, size = 3); N, 4, 6, 6",
        "Concat(x, x, x, axis = 1); N, 12, 6, 6",
        "Concat(x, x, axis = 0); N, 4, 6, 6",
        "Transpose(x, perm = [1, 0, 2, 3]); 4, N, 6, 6",
        "Slice(x, [1], [3], [1]); N, 2, 6, 6",
        "Reshape(x, [0, -1]); N, 144",
        "Gather(x, [3, 0], axis = 1); N, 2, 6, 6",
        "ReduceMean(x, [2, 3]); N, 4, 1, 1",
        "ReduceSum(x, [1], keepdims = 0); N, 6, 6",
        "Expand(x, [1, 4, 6, 6]); N, 4, 6, 6",
        "Cast(x, to = 6); N, 4, 6, 6",
        "Clip(x, 0, 6); N, 4, 6, 6",
        "Squeeze(Unsqueeze(x, [0]), [0]); N, 4, 6, 6",
      })
  void staysEmpty(String expression, String shape) {
    String text =
        """
        model m(x: f32[N, 4, 6, 6]) -> (y: %s[%s]) {
          w: f32[8, 4, 3, 3] = normal(seed = 1)
          d: f32[4, 1, 3, 3] = normal(seed = 2)
          b: f32[8] = ones
          s: f32[4] = ones
          s3: f32[4, 1, 1] = ones
          g: f32[144, 5] = normal(seed = 3)
          m: f32[6, 7] = normal(seed = 4)
          y = %s
        }
        """;
    String element = expression.startsWith("Cast") ? "i32" : "f32";
    Model model = TextReader.read(text.formatted(element, shape, expression), "empty");
    Tensor x = Tensor.zeros(ElementType.FLOAT32, 0, 4, 6, 6);
    String expected = "[" + shape.replace("N", "0") + "]";
    var doubles = Interpreter.run(model.graph(), Map.of("x", DoubleTensor.of(x)));
    assertThat(Arrays.toString(doubles.get("y").shape())).isEqualTo(expected);
    var plan = Compiler.compilation(model, Options.defaults()).plan();
    for (KernelChoice kernels : KernelChoice.values()) {
      try (Session session = plan.newSession(SessionOptions.defaults().withKernels(kernels))) {
        Tensor y = session.run(Map.of("x", x)).get("y");
        assertThat(Arrays.toString(y.shape())).as("%s", kernels).isEqualTo(expected);
      }
    }
  }

  /// A picture without pixels has padding, in memory that something else has used before.
  @Test
  void paddingOfNothingIsZero() {
    String text =
        """
        model m(x: f32[1, 3, W]) -> (y: f32[1, 4, V], z: f32[1, 8, 40]) {
          w: f32[4, 3, 3] = ones
          b: f32[4] = [1, 2, 3, 4]
          big: f32[8, 4, 1] = ones
          wide = Expand(b, [1, 40, 4])
          z = Conv(Transpose(wide, perm = [0, 2, 1]), big)
          e = Slice(x + 7, [0], [0], [2])
          y = Conv(Relu(e), w, b, pads = [2, 2])
        }
        """;
    Model model = TextReader.read(text.replace("V", "2"), "empty");
    Tensor x = Tensor.zeros(ElementType.FLOAT32, 1, 3, 5);
    var plan = Compiler.compilation(model, Options.defaults()).plan();
    for (KernelChoice kernels : KernelChoice.values()) {
      try (Session session = plan.newSession(SessionOptions.defaults().withKernels(kernels))) {
        float[] y = session.run(Map.of("x", x)).get("y").floats();
        assertThat(y).as("%s", kernels).containsExactly(1, 1, 2, 2, 3, 3, 4, 4);
      }
    }
  }

  /// Nothing adds up to 0 and multiplies to 1, its greatest element is less than any other.
  @ParameterizedTest
  @CsvSource({
    "ReduceSum, 0",
    "ReduceProd, 1",
    "ReduceMax, -Infinity",
    "ReduceMin, Infinity",
    "ReduceMean, NaN",
    "ReduceL1, 0",
    "ReduceL2, 0",
    "ReduceSumSquare, 0",
    "ReduceLogSum, -Infinity",
    "ReduceLogSumExp, -Infinity",
  })
  void reducesNothing(String operator, double expected) {
    String text = "model m(x: f32[2, N]) -> (y: f32[2]) { y = %s(x, [1], keepdims = 0) }";
    Model model = TextReader.read(text.formatted(operator), "empty");
    Tensor x = Tensor.zeros(ElementType.FLOAT32, 2, 0);
    var doubles = Interpreter.run(model.graph(), Map.of("x", DoubleTensor.of(x)));
    assertThat(doubles.get("y").data()).containsExactly(expected, expected);
    var plan = Compiler.compilation(model, Options.defaults()).plan();
    for (KernelChoice kernels : KernelChoice.values()) {
      try (Session session = plan.newSession(SessionOptions.defaults().withKernels(kernels))) {
        float[] y = session.run(Map.of("x", x)).get("y").floats();
        assertThat(y).as("%s", kernels).containsExactly((float) expected, (float) expected);
      }
    }
  }
}
