package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {
  private static DoubleTensor counted(int... shape) {
    int count = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    return new DoubleTensor(
        ElementType.FLOAT32, shape, IntStream.range(0, count).asDoubleStream().toArray());
  }

  @Test
  void theFirstPictureIsCutAlongItsPositions() {
    DoubleTensor cut = Cut.to(2, counted(3, 2, 3, 1));
    assertThat(cut.shape()).containsExactly(1, 2, 2, 1);
    assertThat(cut.data()).containsExactly(0, 1, 3, 4);
    assertThat(cut.type()).isEqualTo(ElementType.FLOAT32);
  }

  @Test
  void whatHasNoPositionsStays() {
    DoubleTensor matrix = counted(4, 5);
    assertThat(Cut.to(2, List.of(matrix)).getFirst()).isSameAs(matrix);
    assertThat(Cut.to(2, counted(0, 2, 3)).shape()).containsExactly(0, 2, 2);
  }

  private static Graph graph(String calls) {
    String text =
        """
        model m(x: f32[1, 2, 4, 4]) -> (y: f32[1, 2, 4, 4]) {
          k: f32[2, 2, 1, 1] = ones
          s: f32[2] = ones
          %s
        }
        """;
    return TextReader.read(text.formatted(calls), "t").graph();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Conv(x, k)",
        "y = ConvTranspose(x, k)",
        "y = crease.FusedConv(x, k, activation = \"Relu\")",
        "y = BatchNormalization(x, s, s, s, s)",
        "y = MaxPool(AveragePool(x, kernel_shape = [1, 1]), kernel_shape = [1, 1])",
        "y = x + GlobalMaxPool(x)",
        "y = Clip(Relu(x), 0, 6) + PRelu(x, [0.5])",
        "y = Max(x, x)"
      })
  void operatorsOfAnySizeAreCut(String calls) {
    assertThat(Cut.allows(graph(calls))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = ConvTranspose(x, k, output_shape = [4, 4])",
        "y = Relu(Reshape(x, [1, 2, 4, 4]))",
        "y = Softmax(Relu(x))",
        "y = Transpose(x, perm = [0, 1, 3, 2])"
      })
  void operatorsThatKnowTheSizeAreNot(String calls) {
    assertThat(Cut.allows(graph(calls))).isFalse();
  }
}
