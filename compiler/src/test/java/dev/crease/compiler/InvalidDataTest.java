package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values that a node cannot compute with are an error that names the node, wherever it runs:
/// interpreter, scalar kernels, vector kernels, with or without what constant folding leaves.
class InvalidDataTest {
  private static Model model(String expression) {
    String text =
        """
        model m(x: i64[3]) -> (y: i64[3]) {
          none: i64[3] = zeros
          few: i64[3] = [1, 2, 3]
          bad = %s
          y = x + bad
        }
        """;
    return TextReader.read(text.formatted(expression), "test");
  }

  @ParameterizedTest
  @CsvSource({
    "x / x, divided by zero",
    "few / none, divided by zero",
    "'Pow(x, [-1, -1, -1])', divided by zero",
    "'Gather(few, [0, 1, 3])', index 3",
    "'Gather(few, x + 9)', index 9"
  })
  void isAnErrorThatNamesTheNode(String expression, String problem) {
    Model model = model(expression);
    Tensor x = Tensor.of(new long[3], 3);
    assertThatThrownBy(() -> Interpreter.run(model.graph(), Map.of("x", DoubleTensor.of(x))))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContainingAll("`bad`", problem);
    var plan = Compiler.compilation(model, Options.defaults()).plan();
    for (KernelChoice kernels : KernelChoice.values()) {
      try (Session session = plan.newSession(SessionOptions.defaults().withKernels(kernels))) {
        assertThatThrownBy(() -> session.run(Map.of("x", x)))
            .isInstanceOf(InvalidDataException.class)
            .hasMessageContainingAll("`bad`", problem);
      }
    }
  }

  /// Doubles would answer with a rounded integer, and a right plan would look wrong.
  @Test
  void theReferenceRefusesIntegersThatItCannotHold() {
    Tensor x = Tensor.of(new long[] {3_000_000_019L, 1, 1}, 3);
    assertThatThrownBy(() -> Interpreter.run(model("x * x").graph(), tensors(x)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContainingAll("`bad`", "2^53");
    assertThatThrownBy(() -> Interpreter.run(model("Pow(x, [2, 2, 2])").graph(), tensors(x)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContainingAll("`bad`", "2^53");
    Tensor odd = Tensor.of(new long[] {(1L << 53) + 2, 1, 1}, 3);
    assertThatThrownBy(() -> Interpreter.run(model("x").graph(), tensors(odd)))
        .hasMessageContaining("2^53");
    Tensor large = Tensor.of(new long[] {1L << 53, Long.MIN_VALUE, Long.MAX_VALUE}, 3);
    assertThat(Interpreter.run(model("none").graph(), tensors(large)).get("y").data())
        .containsExactly(0x1p53, -0x1p63, 0x1p63);
  }

  private static Map<String, DoubleTensor> tensors(Tensor x) {
    return Map.of("x", DoubleTensor.of(x));
  }
}
