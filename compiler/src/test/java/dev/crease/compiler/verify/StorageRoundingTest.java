package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class StorageRoundingTest {
  private static double share(String type, String body, double x) {
    String text = "model M(x: %s[1]) -> (y: %s[1]) {\n%s\n}\n".formatted(type, type, body);
    Graph graph = TextReader.read(text, "t").graph();
    var given =
        new DoubleTensor(
            graph.inputs().getFirst().type().element(), new int[] {1}, new double[] {x});
    Map<String, DoubleTensor> inputs = Map.of("x", given);
    return StorageRounding.of(graph, inputs, Interpreter.run(graph, inputs)).get("y");
  }

  /// Half a unit in the last place of 100 is `2^-5` in float16; that of the small result is nothing
  /// beside it.
  @Test
  void isSixTimesWhatIsRoundedOnTheWay() {
    String body = "a = x + 100\ny = a - 100";
    Percentage near = Percentage.withPercentage(1);
    assertThat(share("f16", body, 0.25)).isCloseTo(6 * 0x1p-5, near);
    assertThat(share("bf16", body, 0.25)).isCloseTo(6 * 0x1p-2, near);
    assertThat(share("f32", body, 0.25)).isCloseTo(6 * 0x1p-18, near);
  }

  @Test
  void isAmplifiedAsTheModelAmplifies() {
    assertThat(share("f16", "a = x + 100\nb = a - 100\ny = b * 1000", 0.25))
        .isCloseTo(6000 * 0x1p-5, Percentage.withPercentage(1));
  }

  /// The mean is stored as well, though the model does not name it.
  @Test
  void countsWhatAnOperatorIsDefinedBy() {
    String text =
        """
        model M(x: f16[8]) -> (y: f16[8]) {
          y = MeanVarianceNormalization(x, axes = [0])
        }
        """;
    Graph graph = TextReader.read(text, "t").graph();
    double[] data = {100, 101, 102, 103, 100.5, 101.25, 102.5, 100.0625};
    var x = new DoubleTensor(graph.inputs().getFirst().type().element(), new int[] {8}, data);
    Map<String, DoubleTensor> inputs = Map.of("x", x);
    Map<String, DoubleTensor> outputs = Interpreter.run(graph, inputs);
    assertThat(StorageRounding.of(graph, inputs, outputs).get("y")).isBetween(0.02, 0.6);
  }
}
