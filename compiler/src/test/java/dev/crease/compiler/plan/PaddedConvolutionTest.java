package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Convolutions that read different things around the same tensor.
class PaddedConvolutionTest {
  private static final String WEIGHTS =
      """
        e: f32[16, 3, 1, 1] = normal(seed = 1)
        w: f32[16, 16, 3, 3] = normal(seed = 2)
        d: f32[16, 1, 5, 5] = normal(seed = 3)
        p: f32[16] = normal(seed = 4)
        q: f32[16] = normal(seed = 5)
        x = Conv(i, e)
      """;

  private static final String ZEROS = "a = Conv(x, w, pads = [1, 1, 1, 1])\n";
  private static final String FIRST =
      "b = crease.FusedConv(x, w, _, _, p, pads = [1, 1, 1, 1], activation = \"Relu\")\n";
  private static final String SECOND =
      "c = crease.FusedConv(x, d, q, x, q, pads = [2, 2, 2, 2], group = 16)\n";

  private static Graph graph(String body) {
    String text = "model Padded(i: f32[N, 3, H, 9]) -> (y: f32[N, 16, H, 9]) {%n%s%s%n}";
    return TextReader.read(text.formatted(WEIGHTS, body), "padded").graph();
  }

  private static void check(Graph graph) {
    for (int size : List.of(1, 2, 5)) {
      ProgramRun.assertLikeInterpreter(graph, ProgramRun.randomInputs(graph, size));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ZEROS + FIRST + SECOND,
        ZEROS + SECOND + FIRST,
        FIRST + ZEROS + SECOND,
        FIRST + SECOND + ZEROS,
        SECOND + ZEROS + FIRST,
        SECOND + FIRST + ZEROS
      })
  void zerosAndTwoBordersAroundOneTensorInAnyOrder(String convolutions) {
    check(graph(convolutions + "y = a + b + c + x"));
  }

  /// The sum lies where the bordered tensor did.
  @Test
  void zerosComeBackBehindABorder() {
    check(graph(FIRST + "r = LeakyRelu(x)\ny = b + Conv(r, w, pads = [1, 1, 1, 1])"));
    check(graph(ZEROS + FIRST + "r = LeakyRelu(x)\ny = a + b + Conv(r, w, pads = [1, 1, 1, 1])"));
  }

  /// What is joined has zeros around it, the operand another border.
  @Test
  void anOperandOfAConcatenation() {
    check(
        graph(
            FIRST
                + "u: f32[16, 32, 3, 3] = normal(seed = 6)\n"
                + "j = Concat(x, b, axis = 1)\n"
                + "y = Conv(j, u, pads = [1, 1, 1, 1])"));
  }

  /// One block reads zeros, the other a border, around what stands before both.
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void insideABranch(String taken) {
    check(
        graph(
            "t: bool[] = %s\n".formatted(taken)
                + "y = If(Not(t), then_branch = graph f() -> (b: f32[N, 16, H, 9]) {"
                + FIRST
                + "}, else_branch = graph g() -> (a: f32[N, 16, H, 9]) {"
                + ZEROS
                + "})"));
  }

  @Test
  void aBorderCostsNoMemoryWhereNobodyElseReadsAround() {
    assertThat(arena(FIRST + "y = b")).isEqualTo(arena(ZEROS + "y = Relu(a)"));
    assertThat(arena(FIRST + ZEROS + "y = a + b"))
        .isGreaterThan(arena(ZEROS + FIRST + "y = a + b"));
  }

  private static long arena(String body) {
    Program program = Lowerer.lower(graph(body), 16, Map.of());
    try (Session session = Plan.of(program).newSession(SessionOptions.defaults())) {
      MemoryUse use = session.bind(Map.of("i", new int[] {1, 3, 30, 9}));
      return use.arenaBytes();
    }
  }

  @Test
  void withoutPaddingThereIsNoBorder() {
    Graph graph = graph("y = Pad(crease.FusedConv(x, w, _, _, p), [0, 0, 1, 1, 0, 0, 1, 1])");
    assertThat(Lowerer.lower(graph, 16, Map.of()).main().allInstructions())
        .noneMatch(Instruction.Border.class::isInstance);
    for (int size : List.of(3, 5)) {
      ProgramRun.assertLikeInterpreter(graph, ProgramRun.randomInputs(graph, size));
    }
  }

  private static Graph expanded(Graph graph) {
    GraphBuilder out = new GraphBuilder(graph.name());
    Map<Value, Value> copies = new HashMap<>(Map.of(Value.ABSENT, Value.ABSENT));
    graph.inputs().forEach(v -> copies.put(v, out.input(v.name(), v.type())));
    graph.constants().forEach((v, constant) -> copies.put(v, out.constant(v.name(), constant)));
    for (Node node : graph.nodes()) {
      List<Value> operands = node.inputs().stream().map(copies::get).toList();
      ((Composite) node.op()).expand(node, operands, out).forEach(out::output);
    }
    return out.build();
  }

  /// As other engines run it, in float32: nothing is added to a number far larger than itself.
  @Test
  void aLargeNumberAroundAPictureLosesNothingOfIt() {
    String text =
        """
        model Large(x: f32[1, 2, 2]) -> (y: f32[1, 2, 4], z: f32[1, 1, 4]) {
          p: f32[2] = [-1e9, 1e9]
          w: f32[1, 2, 1] = [[[1], [2]]]
          y = crease.ChannelPad(x, p, pads = [0, 0, 1, 0, 0, 1])
          z = crease.FusedConv(x, w, _, _, p, pads = [1, 1])
        }
        """;
    Graph graph = expanded(TextReader.read(text, "large").graph());
    Tensor x = Tensor.of(new float[] {0.1f, 0.2f, 0.3f, 0.4f}, 1, 2, 2);
    List<Tensor> results =
        KernelEvaluator.run(graph, List.of(x), SessionOptions.defaults()).orElseThrow();
    assertThat((float[]) results.get(0).array())
        .containsExactly(-1e9f, 0.1f, 0.2f, -1e9f, 1e9f, 0.3f, 0.4f, 1e9f);
    assertThat((float[]) results.get(1).array())
        .containsExactly(1e9f, 0.1f + 0.6f, 0.2f + 0.8f, 1e9f);
  }
}
