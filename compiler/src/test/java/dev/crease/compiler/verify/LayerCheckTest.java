package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.plan.KernelEvaluator;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerCheckTest {
  private static final SessionOptions OPTIONS = SessionOptions.defaults().withThreads(1);

  private final List<Graph> layers = new ArrayList<>();

  private static Graph graph(String text) {
    return TextReader.read(text, "t").graph();
  }

  private static Graph oneCall(String inputs, String call, String type) {
    return graph(
        "model m(%s) -> (y: %s) {\n  k: f32[2, 2, 3] = ones\n  y = %s\n}\n"
            .formatted(inputs, type, call));
  }

  private GraphRunner kernels(UnaryOperator<DoubleTensor> change) {
    return (graph, inputs) -> {
      layers.add(graph);
      return KernelEvaluator.run(graph, inputs, OPTIONS)
          .map(
              outputs ->
                  outputs.stream().map(y -> change.apply(DoubleTensor.of(y)).toTensor()).toList());
    };
  }

  private static Map<Value, DoubleTensor> captured(Graph graph) {
    Map<String, DoubleTensor> inputs = Locally.inputs(graph, 1);
    Map<Value, DoubleTensor> captured = new HashMap<>();
    graph.inputs().forEach(input -> captured.put(input, inputs.get(input.name())));
    return captured;
  }

  private Optional<Difference> run(Graph graph, UnaryOperator<DoubleTensor> change) {
    return new LayerCheck(graph, graph.nodes().getFirst(), kernels(change), Optional.empty())
        .run(captured(graph))
        .map(LayerCheck.Result::difference);
  }

  @Test
  void theUsualErrorIsRelativeToTheElements() {
    Graph graph = oneCall("x: f32[4]", "x * 1", "f32[4]");
    LayerCheck check =
        new LayerCheck(
            graph,
            graph.nodes().getFirst(),
            kernels(
                y -> {
                  double[] off = y.data().clone();
                  for (int i = 0; i < off.length; i++) {
                    off[i] *= 1 + (i % 2 == 0 ? 0x1p-20 : -0x1p-20);
                  }
                  return new DoubleTensor(y.type(), y.shape(), off);
                }),
            Optional.empty());
    double error = check.run(captured(graph)).orElseThrow().error();
    assertThat(error).isBetween(0.9 * 0x1p-20, 1.1 * 0x1p-20);
  }

  @Test
  void aPictureIsCutToTenPositions() {
    Graph graph = oneCall("x: f32[4, 2, 40]", "Conv(x, k)", "f32[4, 2, 38]");
    assertThat(run(graph, y -> y).orElseThrow().verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(layers).hasSize(1);
    assertThat(layers.getFirst().inputs().toString()).contains("f32[1, 2, 10]");
    Graph softmax = oneCall("x: f32[4, 2, 40]", "Softmax(x)", "f32[4, 2, 40]");
    assertThat(run(softmax, y -> y).orElseThrow().agrees()).isTrue();
    assertThat(layers.getLast().inputs().toString()).contains("f32[4, 2, 40]");
  }

  /// Cut to the first picture the operands are `[1, 2, 10]` and `[2, 1]`, which also fit; as large
  /// as they are where not.
  @Test
  void operandsThatFitTogetherOnlyWholeAreNotCut() {
    Graph graph =
        graph(
            """
            model m(x: f32[1, 2, 12]) -> (y: f32[1, 2, 12]) {
              k: f32[1, 1, 12] = ones
              y = x + k
            }
            """);
    assertThat(run(graph, y -> y).orElseThrow().agrees()).isTrue();
    assertThat(layers).hasSize(1);
    assertThat(layers.getFirst().inputs().toString()).contains("f32[1, 2, 12]");
  }

  @Test
  void whatIsCapturedIsRoundedToItsType() {
    Graph graph = oneCall("x: f32[1, 2, 4]", "Neg(x)", "f32[1, 2, 4]");
    Map<Value, DoubleTensor> captured = captured(graph);
    captured.values().forEach(tensor -> tensor.data()[0] = 0.1);
    LayerCheck check =
        new LayerCheck(graph, graph.nodes().getFirst(), kernels(y -> y), Optional.empty());
    assertThat(check.run(captured).orElseThrow().difference().verdict())
        .isEqualTo(Verdict.BIT_IDENTICAL);
  }

  @Test
  void whatCannotBeCompiledIsNotJudged() {
    Graph graph = oneCall("x: f32[1, 2, 4]", "Neg(x)", "f32[1, 2, 4]");
    LayerCheck check =
        new LayerCheck(graph, graph.nodes().getFirst(), GraphRunner.NONE, Optional.empty());
    assertThat(check.run(captured(graph))).isEmpty();
  }

  @Test
  void everyResultIsJudged() {
    Graph graph =
        graph(
            """
            model m(x: f32[1, 2, 4], n: i64[2]) -> (y: f32[1, 1, 4], z: f32[1, 1, 4]) {
              y, z = Split(x, [1, 1], axis = 1)
            }
            """);
    assertThat(run(graph, y -> y).orElseThrow().verdict()).isEqualTo(Verdict.BIT_IDENTICAL);
    List<DoubleTensor> seen = new ArrayList<>();
    Optional<Difference> second =
        run(
            graph,
            y -> {
              seen.add(y);
              y.data()[0] += seen.size() == 2 ? 1 : 0;
              return y;
            });
    assertThat(second.orElseThrow().verdict()).isEqualTo(Verdict.WRONG);
  }

  /// Integer operands are constants of the layer, whoever computed them.
  @Test
  void aComputedShapeIsAConstant() {
    Graph graph =
        graph(
            """
            model m(x: f32[2, 3], s: i64[2]) -> (y: f32[A, B]) {
              y = Reshape(x, s)
            }
            """);
    Map<Value, DoubleTensor> captured = captured(graph);
    captured.put(
        graph.inputs().get(1),
        new DoubleTensor(ElementType.INT64, new int[] {2}, new double[] {3, 2}));
    LayerCheck check =
        new LayerCheck(graph, graph.nodes().getFirst(), kernels(y -> y), Optional.empty());
    assertThat(check.run(captured).orElseThrow().difference().verdict())
        .isEqualTo(Verdict.BIT_IDENTICAL);
    Graph layer = layers.getFirst();
    assertThat(layer.inputs()).hasSize(1);
    assertThat(layer.constants()).hasSize(1);
    assertThat(layer.outputs().getFirst().type()).hasToString("f32[3, 2]");
  }

  @Test
  void anOperandThatIsReadTwiceIsGivenOnce() {
    Graph graph = oneCall("x: f32[1, 2, 4]", "x * x", "f32[1, 2, 4]");
    assertThat(run(graph, y -> y).orElseThrow().verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(layers.getFirst().inputs()).hasSize(1);
    assertThat(layers.getFirst().name()).isEqualTo(graph.nodes().getFirst().label());
  }

  /// A result of float16 may be off by one unit in its last place, not by two.
  @ParameterizedTest
  @CsvSource({"f16, 0x1p-10", "bf16, 0x1p-7"})
  void aShortResultIsRoundedOnceMore(String type, double ulp) {
    Graph graph =
        graph("model m(x: %s[1]) -> (y: %s[1]) {\n  y = x * x\n}\n".formatted(type, type));
    DoubleTensor one =
        new DoubleTensor(
            graph.inputs().getFirst().type().element(), new int[] {1}, new double[] {1});
    for (int units = 0; units <= 3; units++) {
      double y = 1 + units * ulp;
      GraphRunner runner =
          (_, _) ->
              Optional.of(
                  List.of(
                      new DoubleTensor(one.type(), new int[] {1}, new double[] {y}).toTensor()));
      Difference difference =
          new LayerCheck(graph, graph.nodes().getFirst(), runner, Optional.empty())
              .run(Map.of(graph.inputs().getFirst(), one))
              .orElseThrow()
              .difference();
      assertThat(difference.agrees()).as("%s units", units).isEqualTo(units <= 1);
    }
  }

  private static Optional<Difference> square(String type, double x, double y) {
    Graph graph =
        graph("model m(x: %s[1]) -> (y: %s[1]) {\n  y = x * x\n}\n".formatted(type, type));
    Value input = graph.inputs().getFirst();
    Tensor result =
        new DoubleTensor(input.type().element(), new int[] {1}, new double[] {y}).toTensor();
    DoubleTensor given = new DoubleTensor(input.type().element(), new int[] {1}, new double[] {x});
    return new LayerCheck(
            graph,
            graph.nodes().getFirst(),
            (_, _) -> Optional.of(List.of(result)),
            Optional.empty())
        .run(Map.of(input, given))
        .map(LayerCheck.Result::difference);
  }

  @Test
  void aFloatMayOverflowWhereADoubleDoesNot() {
    double endless = Double.POSITIVE_INFINITY;
    assertThat(square("f32", 0x1p64, endless).orElseThrow().agrees()).isTrue();
    assertThat(square("f32", 0x1p63, endless).orElseThrow().agrees()).isFalse();
    assertThat(square("f64", 0x1p64, endless).orElseThrow().agrees()).isFalse();
  }

  @Test
  void nodesWithStringsOrSubgraphsAreNotRunAlone() {
    Graph graph =
        graph(
            """
            model m(x: f32[1, 2], t: bool[]) -> (z: f32[1, 2]) {
              a = Relu(x)
              z = If(t,
                then_branch = graph a() -> (p: f32[1, 2]) { p = Neg(a) },
                else_branch = graph b() -> (q: f32[1, 2]) { q = Abs(a) })
            }
            """);
    assertThat(graph.nodes().stream().map(LayerCheck::isPossible)).containsExactly(true, false);
  }

  @Test
  void anOperandLeftOutStaysOut() {
    Graph graph = oneCall("x: f32[1, 2, 4]", "Clip(x, _, 0.5)", "f32[1, 2, 4]");
    assertThat(run(graph, y -> y).orElseThrow().agrees()).isTrue();
    Node layer = layers.getFirst().nodes().getFirst();
    assertThat(layer.hasInput(1)).isFalse();
    assertThat(layer.hasInput(2)).isTrue();
  }

  @Test
  void operandsThatDoNotFitAreNotHidden() {
    Graph graph = oneCall("x: f32[1, 2, 4], z: f32[1, 2, N]", "x + z", "f32[1, 2, 4]");
    Map<Value, DoubleTensor> captured = captured(graph);
    captured.put(graph.inputs().get(1), DoubleTensor.zeros(ElementType.FLOAT32, 1, 2, 3));
    LayerCheck check =
        new LayerCheck(graph, graph.nodes().getFirst(), kernels(y -> y), Optional.empty());
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> check.run(captured))
        .isInstanceOf(InvalidOperandException.class);
  }
}
