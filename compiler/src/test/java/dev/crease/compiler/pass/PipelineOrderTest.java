package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.op.crease.FusedConv;
import org.junit.jupiter.api.Test;

/// Rules that would take apart what another one puts together.
class PipelineOrderTest {
  @Test
  void theScaleInAHardSwishDoesNotGoIntoTheNextConvolution() {
    String text =
        """
        model m(x: f32[N, 1, H, W]) -> (y: f32[N, 1, H, W]) {
          w: f32[1, 1, 1, 1] = [[[[3]]]]
          c = Conv(x, w)
          h = c * Clip(c + 3, 0, 6) / 6
          y = Conv(h, w)
        }
        """;
    Graph graph = TextReader.read(text, "test").graph();
    Graph result = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph).graph();
    assertThat(result.nodes()).hasSize(2);
    assertThat(result.nodes().getFirst().op()).isInstanceOf(FusedConv.class);
    assertThat(result.nodes().getFirst().op().attributes().text("activation"))
        .isEqualTo("HardSwish");
  }
}
