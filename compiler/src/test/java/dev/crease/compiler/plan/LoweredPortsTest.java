package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Relu;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What goes into a lowered program and what comes out of it, run.
class LoweredPortsTest {
  @Test
  void outputsMayBeInputsOrConstants() {
    GraphBuilder builder = new GraphBuilder("ports");
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 3));
    Value c = builder.constant("c", Constant.ofLongs(4, 5));
    builder.output(x);
    builder.output(c);
    builder.output(builder.add(new Relu(), x));
    builder.output(c);
    Graph graph = builder.build();
    ProgramRun.assertLikeInterpreter(graph, ProgramRun.randomInputs(graph, 1));
  }

  @Test
  void weightsMayBeGivenAtRunTime() {
    Graph graph =
        graph(
            """
            model Weights(x: f32[N, 6, 5, 4], w: f32[8, 3, 3, 3], d: f32[8, 1, 3, 3], b: f32[8],
                m: f32[4, 7], r: f32[7]) -> (y: f32[N, 8, 5, 7]) {
              h = Conv(x, w, b, group = 2, pads = [1, 1, 1, 1])
              g = Conv(h, d, group = 8, pads = [1, 1, 1, 1])
              y = MatMul(g, m) + r
            }
            """);
    ProgramRun.assertLikeInterpreter(graph, ProgramRun.randomInputs(graph, 2));
  }

  @Test
  void weightsMayBeComputed() {
    Graph graph =
        graph(
            """
            model Computed(x: f32[N, 6, 5, 4], s: f32[]) -> (y: f32[N, 8, 3, 2]) {
              w: f32[8, 6, 3, 3] = normal(seed = 1)
              b: f32[8] = normal(seed = 2)
              y = Conv(x, w * s, b * s)
            }
            """);
    ProgramRun.assertLikeInterpreter(graph, ProgramRun.randomInputs(graph, 2));
  }

  @Test
  void aDefaultIsUsedWhereNothingIsGiven() {
    Graph graph = graph("model Scaled(x: f32[2], s: f32[2] = [2, 3]) -> (y: f32[2]) { y = x * s }");
    Plan plan = Plan.of(Lowerer.lower(graph, 8, Map.of()));
    Tensor x = Tensor.of(new float[] {1, 10}, 2);
    Tensor s = Tensor.of(new float[] {5, 7}, 2);
    assertThat(plan.inputs().get(1).optional()).isTrue();
    assertThat(ProgramRun.run(plan, KernelChoice.AUTO, 1, Map.of("x", x)).get("y"))
        .isEqualTo(Tensor.of(new float[] {2, 30}, 2));
    assertThat(ProgramRun.run(plan, KernelChoice.AUTO, 1, Map.of("x", x, "s", s)).get("y"))
        .isEqualTo(Tensor.of(new float[] {5, 70}, 2));
  }

  /// The shape's numbers are expressions over the symbols; nothing is left of their computation.
  @Test
  void shapesFollowFromTheInputs() {
    Graph graph =
        graph(
            """
            model Shapes(x: f32[N, 6, H]) -> (y: f32[N * H, 6], n: i64[3]) {
              n = Shape(x)
              rows: i64[1] = Unsqueeze(Gather(n, 0) * Gather(n, 2), [0])
              y = Reshape(Transpose(x, perm = [0, 2, 1]), Concat(rows, [6], axis = 0))
            }
            """);
    assertThat(Lowerer.lower(graph, 8, Map.of()).main().instructions()).hasSize(3);
    Map<String, DoubleTensor> inputs = ProgramRun.randomInputs(graph, 4);
    ProgramRun.assertLikeInterpreter(graph, inputs);
  }

  private static Graph graph(String text) {
    return TextReader.read(text, "ports").graph();
  }
}
