package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Resize makes of the line 0, 1, 2, ..., worked out by hand where rounding decides.
class ResizeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // The last element is the last one, not beyond it.
        "11; _, [0, 1], _, [15]; tf_crop_and_resize; linear; 10",
        "49; _, _, _, [1]; pytorch_half_pixel; linear; 0",
        "3; _, _, [0.33333334]; pytorch_half_pixel; linear; 0",
        // A third in float32: element 1 comes from 3.
        "6; _, _, [0.33333334]; asymmetric; nearest; 3",
        // 0.7 of 10 elements are 7.
        "10; _, _, [0.7]; align_corners; nearest; 9",
      })
  void theLastElementIs(
      int size, String operands, String coordinates, String mode, double expected) {
    String rest = operands.substring(operands.indexOf(',') + 2);
    String text =
        """
        model m(x: f32[%d]) -> (y: f32[%s]) {
          y = Resize(x, %s, coordinate_transformation_mode = "%s", mode = "%s",
            nearest_mode = "floor")
        }
        """;
    String length =
        operands.contains("[15]") ? "15" : operands.contains("0.7") ? "7" : size == 6 ? "2" : "1";
    Graph graph =
        TextReader.read(text.formatted(size, length, rest, coordinates, mode), "resize").graph();
    double[] line = new double[size];
    Arrays.setAll(line, i -> i);
    DoubleTensor x = new DoubleTensor(ElementType.FLOAT32, new int[] {size}, line);
    double[] y = Interpreter.run(graph, Map.of("x", x)).get("y").data();
    assertThat(y[y.length - 1]).isEqualTo(expected);
  }
}
