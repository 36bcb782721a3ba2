package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Chains of operators that want different layouts, with batch and picture bound at run time.
class LayoutChainsTest {
  private static Graph graph(String result, String body) {
    String text = "model Chain(x: f32[N, 5, H, 9]) -> (y: %s) {%n%s%n}".formatted(result, body);
    return TextReader.read(text, "chain").graph();
  }

  private static long reorders(String result, String body) {
    Program program = Lowerer.lower(graph(result, body), 8, Map.of());
    return program.main().instructions().stream()
        .filter(Instruction.Reorder.class::isInstance)
        .count();
  }

  @Test
  void convolutionReshapeProduct() {
    check(
        "f32[N, H, 4]",
        """
        w: f32[7, 5, 3, 3] = normal(seed = 1)
        v: f32[63, 4] = normal(seed = 2)
        h = Conv(x, w, pads = [1, 1, 1, 1])
        t = Transpose(h, perm = [0, 2, 1, 3])
        y = MatMul(Reshape(t, [0, 0, 63]), v)
        """);
  }

  @Test
  void convolutionFlattenGemm() {
    check(
        "f32[N, 4]",
        """
        w: f32[7, 5, 3, 3] = normal(seed = 1)
        v: f32[4, 7] = normal(seed = 2)
        h = GlobalAveragePool(Conv(x, w, pads = [1, 1, 1, 1]))
        y = Gemm(Flatten(h), v, transB = 1)
        """);
  }

  /// 7 and 6 channels do not end on whole blocks.
  @Test
  void concatenationOfUnalignedChannels() {
    check(
        "f32[N, 3, H, 9]",
        """
        v: f32[7, 5, 3, 3] = normal(seed = 1)
        w: f32[6, 5, 1, 1] = normal(seed = 2)
        u: f32[3, 18, 3, 3] = normal(seed = 3)
        a = Conv(x, v, pads = [1, 1, 1, 1])
        b = Relu(Conv(x, w))
        y = Conv(Concat(a, b, x, axis = 1), u, pads = [1, 1, 1, 1])
        """);
  }

  @Test
  void concatenationOfAlignedChannels() {
    check(
        "f32[N, 3, H, 9]",
        """
        v: f32[16, 5, 3, 3] = normal(seed = 1)
        w: f32[16, 5, 1, 1] = normal(seed = 2)
        u: f32[3, 37, 3, 3] = normal(seed = 3)
        a = Conv(x, v, pads = [1, 1, 1, 1])
        b = Relu(Conv(x, w))
        y = Conv(Concat(a, b, x, axis = 1), u, pads = [1, 1, 1, 1])
        """);
  }

  @Test
  void concatenationAlongHeight() {
    check(
        "f32[N, 6, 2 * H - 1, 8]",
        """
        w: f32[6, 5, 1, 1] = normal(seed = 2)
        a = Conv(x, w)
        y = MaxPool(Concat(a, Relu(a), axis = 2), kernel_shape = [2, 2])
        """);
  }

  @Test
  void transposedConvolution() {
    check(
        "f32[N, H - 2, 7, 7]",
        """
        w: f32[7, 5, 3, 3] = normal(seed = 1)
        h = Transpose(Conv(x, w), perm = [0, 2, 3, 1])
        y = Softmax(h, axis = -1)
        """);
  }

  @Test
  void scalePerChannelAndPicture() {
    check(
        "f32[N, 7, H - 2, 7]",
        """
        w: f32[7, 5, 3, 3] = normal(seed = 1)
        s: f32[7, 1, 1] = normal(seed = 4)
        h = Conv(x, w)
        g = Sigmoid(GlobalAveragePool(h))
        y = h * g + s
        """);
  }

  @Test
  void pictureThatIsReadAsPlanesAndAsBlocks() {
    String body =
        """
        v: f32[7, 5, 3, 3] = normal(seed = 1)
        w: f32[7, 5, 5, 5] = normal(seed = 2)
        d: f32[5, 1, 3, 3] = normal(seed = 3)
        e: f32[7, 5, 1, 1] = normal(seed = 4)
        a = Conv(x, v, pads = [1, 1, 1, 1])
        b = Conv(x, w, pads = [2, 1, 2, 3])
        c = Conv(Conv(x, d, group = 5, pads = [1, 1, 1, 1]), e)
        y = a + b + c
        """;
    check("f32[N, 7, H, 9]", body);
    assertThat(convolved("f32[N, 7, H, 9]", body))
        .containsExactly(Layout.PLANES, Layout.PLANES, Layout.BLOCKED);
  }

  /// What the inputs of the convolutions that are not depthwise are written in.
  private static List<Layout> convolved(String result, String body) {
    Program program = Lowerer.lower(graph(result, body), 8, Map.of());
    return program.main().instructions().stream()
        .filter(Instruction.Conv.class::isInstance)
        .map(Instruction.Conv.class::cast)
        .map(conv -> program.slots().get(conv.x()).layout())
        .toList();
  }

  /// The blocked value has readers in both layouts; each layout is made once.
  @Test
  void oneReorderForAllReadersOfALayout() {
    String body =
        """
        w: f32[7, 5, 3, 3] = normal(seed = 1)
        h = Conv(x, w, pads = [1, 1, 1, 1])
        a = Softmax(h, axis = 1)
        b = Transpose(h, perm = [1, 0, 2, 3])
        c = Transpose(b, perm = [1, 0, 2, 3])
        y = h + a + c
        """;
    check("f32[N, 7, H, 9]", body);
    assertThat(reorders("f32[N, 7, H, 9]", body))
        .as("of x, of h for both its PLAIN readers, of a, c, and y")
        .isEqualTo(5);
  }

  @Test
  void convolutionsNeedNoReorderBetweenThem() {
    String body =
        """
        v: f32[7, 5, 3, 3] = normal(seed = 1)
        w: f32[6, 7, 3, 3] = normal(seed = 2)
        u: f32[7, 1, 3, 3] = normal(seed = 3)
        a = Relu(Conv(x, v))
        b = MaxPool(Conv(a, u, group = 7), kernel_shape = [2, 2])
        y = Conv(b, w)
        """;
    check("f32[N, 6, H - 7, 2]", body);
    assertThat(reorders("f32[N, 6, H - 7, 2]", body))
        .as("one for the input, one for the output")
        .isEqualTo(2);
  }

  private static void check(String result, String body) {
    Graph graph = graph(result, body);
    for (int size : List.of(8, 13)) {
      ProgramRun.assertLikeInterpreter(graph, ProgramRun.randomInputs(graph, size));
    }
  }
}
