package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Normalizations, clamps and functions of pictures go into the instruction before them, where
/// nothing else reads its result, and change no bit.
class PostOpsTest {
  private static final String SIGNATURE = "y: f32[N, 9, H, 6]";
  private static final String NORMALIZED = "BatchNormalization(%s, c, b, m, v)";
  private static final String CLAMPED = "crease.ChannelClamp(%s, m, v)";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "y = BN(Relu(Conv(x, w, pads = same))); Conv RELU NORMALIZE",
        "y = Sigmoid(BN(Relu(Conv(x, w, pads = same)))); Conv RELU NORMALIZE SIGMOID",
        "y = CC(Conv(x, w, b, pads = same)); Conv CLAMP",
        "y = Relu(BN(CC(Tanh(Conv(x, w, pads = same))))); Conv TANH CLAMP NORMALIZE RELU",
        "y = BN(Relu(Conv(x, g, pads = same, group = 3))); Conv RELU NORMALIZE",
        "y = CC(BN(Conv(x, d, b, pads = same, group = 9))); DepthwiseConv NORMALIZE CLAMP",
        "y = BN(MaxPool(x, kernel_shape = [3, 3], pads = same)); Pool NORMALIZE",
        "y = Relu(CC(AveragePool(x, kernel_shape = [3, 3], pads = same))); Pool CLAMP RELU",
        "y = BN(Relu(Conv(x, w, pads = same) * Conv(x, d, pads = same, group = 9)));"
            + " Conv, DepthwiseConv, Binary RELU NORMALIZE",
        "y = CC(BN(x)); Channelwise NORMALIZE CLAMP",
        "y = BN(BN(x)); Channelwise NORMALIZE NORMALIZE",
        // Its vectors are computed behind the convolution.
        "y = BatchNormalization(Relu(Conv(x, w, pads = same)), s, b, m, v);"
            + " Binary SQRT, Binary, Conv RELU NORMALIZE",
        // Others read the same input.
        "y = BN(Conv(x, w, pads = same)) + CC(Conv(x, w, pads = same));"
            + " Conv NORMALIZE, Conv CLAMP, Binary",
        // Somebody else reads what would be normalized.
        "r = Relu(Conv(x, w, pads = same)) y = BN(r) + r; Conv RELU, Channelwise NORMALIZE, Binary",
        "r = Conv(x, w, pads = same) y = Conv(BN(r), w, pads = same) + CC(r);"
            + " Conv, Channelwise NORMALIZE, Conv, Channelwise CLAMP, Binary",
        // What reads it is in a branch, which may not run.
        "t: bool[] = true r = Conv(x, w, pads = same) y = If(Not(t), then_branch = graph p() ->"
            + " (q: f32[N, 9, H, 6]) { q = BN(r) }, else_branch = graph e() -> (x: f32[N, 9, H,"
            + " 6]) {}); Conv, If, Channelwise NORMALIZE",
        "t: bool[] = true y = If(Not(t), then_branch = graph p() -> (q: f32[N, 9, H, 6]) {"
            + " q = BN(Relu(Conv(x, w, pads = same))) }, else_branch = graph e() -> (x: f32[N, 9,"
            + " H, 6]) {}); If, Conv RELU NORMALIZE",
      })
  void whatFollowsGoesIntoTheInstructionBefore(String body, String expected) {
    check(SIGNATURE, body, expected);
  }

  @Test
  void aGraphOutputIsWritten() {
    check(
        SIGNATURE + ", r: f32[N, 9, H, 6]",
        "r = Relu(Conv(x, w, pads = same)) y = BN(r)",
        "Conv RELU, Channelwise NORMALIZE");
  }

  @Test
  void aConvolutionInTilesStaysOne() {
    String text =
        """
        model m(x: f32[N, 9, H, 6]) -> (y: f32[N, 16, H, 6]) {
          w: f32[16, 9, 3, 3] = normal(std = 0.2, seed = 1)
          c: f32[16] = normal(seed = 4)
          v: f32[16] = uniform(low = 0.5, high = 2, seed = 7)
          r = crease.FusedConv(x, w, pads = [1, 1, 1, 1], activation = "Relu", tile = %d)
          y = Sigmoid(BatchNormalization(r, c, c, c, v))
        }
        """;
    for (int tile : new int[] {2, 4}) {
      check(TextReader.read(text.formatted(tile), "test").graph(), "Conv RELU NORMALIZE SIGMOID");
    }
  }

  private static void check(String outputs, String body, String expected) {
    check(graph(outputs, body), expected);
  }

  private static void check(Graph graph, String expected) {
    assertThat(instructions(Lowerer.lower(graph, 16, Map.of()))).isEqualTo(expected);
    Map<String, DoubleTensor> inputs = ProgramRun.randomInputs(graph, 4);
    ProgramRun.assertLikeInterpreter(graph, inputs);
    for (int lanes : new int[] {4, 8, 16}) {
      Program fused = Lowerer.lower(graph, lanes, Map.of());
      Program separate = SeparateSweeps.of(fused);
      assertThat(ProgramRun.runAll(fused, inputs)).isEqualTo(ProgramRun.runAll(separate, inputs));
    }
  }

  private static Graph graph(String outputs, String body) {
    String text =
        """
        model m(x: f32[N, 9, H, 6], s: f32[9]) -> (%s) {
          w: f32[9, 9, 3, 3] = normal(std = 0.2, seed = 1)
          g: f32[9, 3, 3, 3] = normal(std = 0.3, seed = 2)
          d: f32[9, 1, 3, 3] = normal(seed = 3)
          c: f32[9] = normal(seed = 4)
          b: f32[9] = normal(seed = 5)
          m: f32[9] = normal(std = 0.2, seed = 6)
          v: f32[9] = uniform(low = 0.5, high = 2, seed = 7)
          %s
        }
        """
            .formatted(outputs, body.replace("same", "[1, 1, 1, 1]"));
    return TextReader.read(called(called(text, "BN", NORMALIZED), "CC", CLAMPED), "test").graph();
  }

  /// The text with calls `name(x)` written out.
  private static String called(String text, String name, String call) {
    int at = text.indexOf(name + "(");
    if (at < 0) {
      return text;
    }
    int begin = at + name.length() + 1;
    int end = begin;
    for (int open = 1; open > 0; end++) {
      open += text.charAt(end) == '(' ? 1 : text.charAt(end) == ')' ? -1 : 0;
    }
    String whole = call.formatted(text.substring(begin, end - 1));
    return called(text.substring(0, at) + whole + text.substring(end), name, call);
  }

  /// `Conv RELU NORMALIZE, Pool`, without what moves data.
  private static String instructions(Program program) {
    return program
        .main()
        .allInstructions()
        .filter(i -> !(i instanceof Instruction.Reorder || i instanceof Instruction.Reshape))
        .filter(i -> !(i instanceof Instruction.Select || i instanceof Instruction.Compare))
        .map(PostOpsTest::instruction)
        .collect(Collectors.joining(", "));
  }

  private static String instruction(Instruction instruction) {
    List<PostOp> postOps =
        switch (instruction) {
          case Instruction.Conv i -> i.postOps();
          case Instruction.DepthwiseConv i -> i.postOps();
          case Instruction.Pool i -> i.postOps();
          case Instruction.Binary i -> i.postOps();
          case Instruction.Channelwise i -> i.postOps();
          case Instruction.Unary i -> List.of(i.activation());
          default -> List.of();
        };
    String name = instruction.getClass().getSimpleName();
    return postOps.stream()
        .map(PostOpsTest::name)
        .collect(Collectors.joining(" ", postOps.isEmpty() ? name : name + " ", ""));
  }

  private static String name(PostOp postOp) {
    return switch (postOp) {
      case Activation activation -> activation.function().toString();
      case PostOp.Normalize _ -> "NORMALIZE";
      case PostOp.Clamp _ -> "CLAMP";
    };
  }

  @Test
  void inspectShowsThem() {
    Graph graph = graph(SIGNATURE, "y = CC(Sigmoid(BN(Relu(Conv(x, w, pads = same)))))");
    String text = PlanPrinter.print(Lowerer.lower(graph, 16, Map.of()));
    assertThat(text)
        .containsPattern(
            "= Conv\\(%\\d+, %\\d+, %\\d+, %\\d+, %\\d+, %\\d+, %\\d+\\) kernel 3x3, strides 1x1,"
                + " pads \\[1, 1]\\.\\.\\[1, 1], RELU, NORMALIZE\\(%\\d+, %\\d+, %\\d+\\),"
                + " SIGMOID, CLAMP\\(%\\d+, %\\d+\\)\n");
  }
}
