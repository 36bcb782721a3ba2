package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Outputs that name, by symbols of their own, sizes which data decides.
class NamedSizesTest {
  private static final Tensor X = Tensor.of(new float[] {0, 3, 0, -2}, 4);

  private static Map<String, Tensor> run(String text) {
    Model model = TextReader.read(text, "model");
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      Map<String, Tensor> outputs = session.run(Map.of("x", X));
      Map<String, DoubleTensor> expected =
          Interpreter.run(model.graph(), Map.of("x", DoubleTensor.of(X)));
      outputs.forEach((name, y) -> assertThat(y).isEqualTo(expected.get(name).toTensor()));
      return outputs;
    }
  }

  @Test
  void behindTheNodeThatDecides() {
    Map<String, Tensor> outputs =
        run(
            """
            model m(x: f32[N]) -> (y: f32[k, 1]) {
              y = Gather(x, Transpose(NonZero(x)))
            }
            """);
    assertThat(outputs.get("y").floats()).containsExactly(3, -2);
  }

  @Test
  void ofTheNodeThatDecides() {
    Map<String, Tensor> outputs =
        run(
            """
            model m(x: f32[N]) -> (i: i64[1, k], y: f32[k, 1]) {
              i = NonZero(x)
              y = Gather(x, Transpose(i))
            }
            """);
    assertThat(outputs.get("i").longs()).containsExactly(1, 3);
    assertThat(outputs.get("y").shape()).containsExactly(2, 1);
  }

  @Test
  void oneNameForTwoSizesIsCheckedInTheRun() {
    String text =
        """
        model m(x: f32[N]) -> (y: f32[k, 1], z: f32[k, 1]) {
          y = Gather(x, Transpose(NonZero(x)))
          z = Gather(x, Transpose(NonZero(x - 3)))
        }
        """;
    assertThatThrownBy(() -> run(text)).isInstanceOf(InvalidDataException.class);
  }
}
