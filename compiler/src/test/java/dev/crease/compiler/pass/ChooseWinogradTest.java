package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.runtime.plan.Winograd;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Times decide where they are given, whatever the cost model says.
class ChooseWinogradTest {
  private static PassReport run(ConvolutionTimes times) {
    String text =
        """
        model m(x: f32[1, 64, H, 56]) -> (y: f32[1, 64, H, 56]) {
          w: f32[64, 64, 3, 3] = normal(seed = 1)
          y = Conv(x, w, pads = [1, 1, 1, 1])
        }
        """;
    Graph graph = TextReader.read(text, "m").graph();
    FoldOptions options = new FoldOptions(false, 0, Optional.of(times));
    return new PassRunner(Pipeline.inference(options), PassOptions.defaults()).run(graph);
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 3, 0", "2, 1, 3, 2", "3, 2, 1, 4", "3, 1, 2, 2", "1, 1, 1, 0"})
  void theFastestIsChosen(double direct, double two, double four, int tile) {
    PassReport report =
        run(
            (_, _, _) ->
                Map.of(
                    Optional.empty(), direct,
                    Optional.of(Winograd.F2), two,
                    Optional.of(Winograd.F4), four));
    Set<Integer> tiles =
        report.graph().nodes().stream()
            .map(node -> node.op() instanceof FusedConv fused ? fused.tile() : 0)
            .collect(Collectors.toSet());
    assertThat(tiles).containsExactly(tile);
    String told =
        tile == 0
            ? report.declines().getLast().reason()
            : report.rewrites().getLast().preconditions().toString();
    assertThat(told).contains("cheaper").contains("as measured");
  }

  @Test
  void whatIsTimedIsTheConvolution() {
    run(
        (conv, x, w) -> {
          assertThat(conv.group()).isEqualTo(1);
          assertThat(x).hasToString("f32[1, 64, H, 56]");
          assertThat(w).hasToString("f32[64, 64, 3, 3]");
          return Map.of(
              Optional.empty(), 1.0, Optional.of(Winograd.F2), 1.0, Optional.of(Winograd.F4), 1.0);
        });
  }
}
