package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreconditionsTest {
  @Test
  void whatHoldsIsNotedUpToTheFirstObstacle() {
    Preconditions two = Preconditions.of("a", Optional.empty()).and("b").and("a", Optional::empty);
    assertThat(two.hold()).isTrue();
    assertThat(two.met()).containsExactly("a", "b");
    Preconditions broken =
        two.and("c", () -> Optional.of("no c"))
            .and(
                "d",
                () -> {
                  throw new AssertionError("asked, though c does not hold");
                });
    assertThat(broken.obstacle()).contains("no c");
    assertThat(broken.met()).containsExactly("a", "b");
    assertThat(two.and(() -> Preconditions.unmet("never")).obstacle()).contains("never");
  }

  @Test
  void nothingIsReplacedAgainstAnObstacle() {
    assertThatThrownBy(() -> Outcome.replaced("gone", Preconditions.unmet("it is an output")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it is an output");
  }

  private static Rewrite only(String pass, String model) {
    Graph graph = TextReader.read(model, "test").graph();
    List<Rewrite> rewrites = OnePass.run(pass, graph).rewrites();
    assertThat(rewrites).hasSize(1);
    return rewrites.getFirst();
  }

  private static final String CONVOLUTION =
      """
      model m(x: f32[1, 1, 4, 4]) -> (y: f32[1, 1, 4, 4]) {
        w: f32[1, 1, 1, 1] = [[[[2]]]]
        one: f32[1] = [1]
        c = Conv(x, w)
      """;

  @Test
  void aNormalizationTellsWhatItAskedOnItsWayIntoTheConvolution() {
    String through = "r = Identity(c)\n y = BatchNormalization(r, one, one, one, one) }";
    assertThat(only("fold-batch-norm", CONVOLUTION + through).preconditions())
        .containsExactly(
            "it is in inference mode",
            "scale, bias, mean and variance are constant",
            "they have the type of the data",
            "variance + epsilon is positive in every channel",
            "the result of Identity `r` is read once, and is no output",
            "it moves through Identity `r`",
            "the result of Conv `c` is read once, and is no output",
            "weights and bias of Conv `c` are constant",
            "scale and shift are finite in every channel",
            "it is a scalar, or aligned with the channels of Conv `c`",
            "folded weights and bias are in the range of f32",
            "the folded bias does not exceed the cancellation bound of f32");
  }

  @Test
  void whatGoesAheadTellsWhatAllItsReadersWereAsked() {
    String model =
        """
        model m(x: f32[1, 1, 4, 4]) -> (y: f32[1, 1, 4, 4], z: i64[4]) {
          w: f32[1, 1, 1, 1] = [[[[2]]]]
          one: f32[1] = [1]
          n = BatchNormalization(x, one, one, one, one)
          y = Conv(n, w)
          z = Shape(n)
        }
        """;
    assertThat(only("fold-forward", model).preconditions())
        .contains(
            "it is in inference mode",
            "`n` is no output of the graph",
            "weights and bias of Conv `y` are constant",
            "its shift is the same everywhere in the result",
            "Shape `z` asks for a shape alone");
  }

  @Test
  void whatAShapeIsTakenPastIsListedButNotTakenOver() {
    String model =
        """
        model m(x: f32[1, 1, 4, 4]) -> (y: f32[1, 1, 4, 4], z: i64[4]) {
          one: f32[1] = [1]
          y = BatchNormalization(x, one, one, one, one)
          z = Shape(y)
        }
        """;
    Graph graph = TextReader.read(model, "test").graph();
    PassReport report = OnePass.run("shape-of-operand", graph);
    assertThat(report.rewrites().getFirst().matched())
        .containsExactly("Shape `z`", "BatchNormalization `y`");
    assertThat(report.normalizationsLeft()).hasSize(1);
  }
}
