package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.OperatorSamples;
import dev.crease.compiler.op.Sample;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the language means: texts against the flat form they expand to.
class LanguageTest {
  private static final Path FASHION = Path.of("..", "samples", "models", "fashion.crease");

  static Stream<Sample> samples() {
    return OperatorSamples.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyOperatorReadsBack(Sample sample) {
    for (boolean symbolic : new boolean[] {false, true}) {
      Graph graph = sample.graph(symbolic);
      String text = TextPrinter.print(graph);
      assertThat(TextReader.read(text, "sample").graph()).as(text).isEqualTo(graph);
    }
  }

  @Test
  void blocksRepeatAndConditionsUnfold() {
    assertExpands(
        """
        block twice(x, times = 2, shift = 0) {
          y = x
          repeat times { y = relu(y) }
          if shift > 0 && x.rank == 2 { y = y + shift } else if x.shape[-1] != 3 { y = -y }
          return y
        }
        model M(x: f32[N, 3]) -> (y: f32[N, 3]) {
          x = twice(x, 1)
          y = twice(x, shift = 4 / 2 - 1)
        }
        """,
        """
        model M(x: f32[N, 3]) -> (y: f32[N, 3]) {
          twice2.constant: f32[] = 1.0
          twice1.y: f32[N, 3] = Relu(x)
          twice2.y: f32[N, 3] = Relu(twice1.y)
          twice2.y.1: f32[N, 3] = Relu(twice2.y)
          y: f32[N, 3] = Add(twice2.y.1, twice2.constant)
        }
        """);
  }

  @Test
  void aNameBoundAgainIsANewValue() {
    assertExpands(
        """
        model M(x: f32[2]) -> (y: f32[2]) {
          x = Relu(x)
          y = Relu(x)
          repeat 2 { y = Relu(y) }
        }
        """,
        """
        model M(x: f32[2]) -> (y: f32[2]) {
          x.1: f32[2] = Relu(x)
          y.1: f32[2] = Relu(x.1)
          y.2: f32[2] = Relu(y.1)
          y: f32[2] = Relu(y.2)
        }
        """);
  }

  /// Names in a subgraph are the text's own affair; what comes out has each name once.
  @Test
  void aSubgraphSeesWhatIsAroundAndHidesWhatItBinds() {
    assertExpands(
        """
        model M(x: f32[2], t: bool[]) -> (y: f32[2], z: f32[2]) {
          a = -x
          y = If(t,
            then_branch = graph p() -> (y: f32[2]) { a = relu(a) y = a + a },
            else_branch = graph q() -> (a: f32[2]) { })
          b = a
          z, _ = If(t,
            then_branch = graph p() -> (y: f32[2], x: f32[2]) { },
            else_branch = graph q() -> (c: f32[2], c: f32[2]) { x = x * 2 c = Exp(x) })
        }
        """,
        """
        model M(x: f32[2], t: bool[]) -> (y: f32[2], z: f32[2]) {
          a: f32[2] = Neg(x)
          y: f32[2] = If(t, then_branch = graph p() -> (y.1: f32[2]) {
            a.1: f32[2] = Relu(a)
            y.1: f32[2] = Add(a.1, a.1)
          }, else_branch = graph q() -> (a: f32[2]) {
          })
          z: f32[2] = If(t, then_branch = graph p() -> (y: f32[2], x: f32[2]) {
          }, else_branch = graph q() -> (c: f32[2], c: f32[2]) {
            constant: f32[] = 2.0
            x.1: f32[2] = Mul(x, constant)
            c: f32[2] = Exp(x.1)
          })
        }
        """);
  }

  /// A declared type may say more than inference knows, in a subgraph as well.
  @Test
  void outputsOfSubgraphsHaveTheirDeclaredTypes() {
    assertExpands(
        """
        model M(x: f32[N], n: i64[1], t: bool[]) -> (y: f32[2]) {
          y = If(t,
            then_branch = graph p() -> (r: f32[2]) { r = Reshape(x, n) },
            else_branch = graph q() -> (r: f32[2]) { r = Reshape(-x, n) })
        }
        """,
        """
        model M(x: f32[N], n: i64[1], t: bool[]) -> (y: f32[2]) {
          y: f32[2] = If(t, then_branch = graph p() -> (r: f32[2]) {
            r: f32[2] = Reshape(x, n)
          }, else_branch = graph q() -> (r.1: f32[2]) {
            neg: f32[N] = Neg(x)
            r.1: f32[2] = Reshape(neg, n)
          })
        }
        """);
  }

  @Test
  void anotherNameForAValueIsACopyWhereItIsAnOutput() {
    assertExpands(
        "model M(x: f32[2]) -> (x: f32[2], y: f32[2]) { t = x y = t }",
        """
        model M(x: f32[2]) -> (x: f32[2], y: f32[2]) {
          y: f32[2] = Identity(x)
        }
        """);
  }

  @Test
  void numbersAndListsBecomeConstantsOfTheTypeNeeded() {
    assertExpands(
        """
        model M(x: f32[N, 6], h: f16[2]) -> (a: f32[N, 2, 3], b: f16[2], c: f32[N, 2, 3]) {
          width = [2, 3]
          a = Reshape(x, [0] + width)
          b = h * 0.1
          c = a - tensor f32[3]([1, 2, width[1] / 2])
        }
        """,
        """
        model M(x: f32[N, 6], h: f16[2]) -> (a: f32[N, 2, 3], b: f16[2], c: f32[N, 2, 3]) {
          constant: i64[3] = [0, 2, 3]
          constant.1: f16[] = 0.1
          constant.2: f32[3] = [1.0, 2.0, 1.0]
          a: f32[N, 2, 3] = Reshape(x, constant)
          b: f16[2] = Mul(h, constant.1)
          c: f32[N, 2, 3] = Sub(a, constant.2)
        }
        """);
  }

  @Test
  void operandsCanBeNamedAndPadsBeSame() {
    assertExpands(
        """
        model M(x: f32[N, 2, H, W]) -> (y: f32[N, 4, H, W]) {
          w: f32[4, 2, 3, 5] = ones
          b: f32[4] = constant(0.5)
          y = Conv(x, B = b, W = w, pads = same, dilations = [1, 2])
        }
        """,
        """
        model M(x: f32[N, 2, H, W]) -> (y: f32[N, 4, H, W]) {
          w: f32[4, 2, 3, 5] = ones
          b: f32[4] = constant(0.5)
          y: f32[N, 4, H, W] = Conv(x, w, b, dilations = [1, 2], pads = [1, 4, 1, 4])
        }
        """);
  }

  @Test
  void dimensionsAreArithmetic() {
    assertExpands(
        """
        block half(x) {
          s: i64[3] = [-1, 2, x.shape[1] / 2]
          return Reshape(x, s)
        }
        model M(x: f32[N, 8]) -> (y: f32[N, 2, 4]) { y = half(x) }
        """,
        """
        model M(x: f32[N, 8]) -> (y: f32[N, 2, 4]) {
          half1.s: i64[3] = [-1, 2, 4]
          y: f32[N, 2, 4] = Reshape(x, half1.s)
        }
        """);
  }

  @Test
  void aBlockReturnsSeveralValues() {
    assertExpands(
        """
        block both(x) { return Relu(x), Sigmoid(x) }
        model M(x: f32[2]) -> (a: f32[2], b: f32[2]) {
          a, b = both(x)
        }
        """,
        """
        model M(x: f32[2]) -> (a: f32[2], b: f32[2]) {
          a: f32[2] = Relu(x)
          b: f32[2] = Sigmoid(x)
        }
        """);
  }

  @Test
  void theExampleOfAResidualNetworkExpands() throws IOException {
    Graph graph = TextReader.read(FASHION).graph();
    assertThat(count(graph, "Conv")).isEqualTo(14);
    assertThat(count(graph, "BatchNormalization")).isEqualTo(14);
    assertThat(count(graph, "Add")).isEqualTo(6);
    assertThat(count(graph, "Relu")).isEqualTo(13);
    assertThat(graph.outputs()).extracting(Value::toString).containsExactly("logits: f32[N, 10]");
    assertThat(graph.producer(graph.outputs().getFirst()).map(Node::label))
        .contains("Gemm `logits`");
    assertThat(read(TextPrinter.print(graph))).isEqualTo(graph);
    DoubleTensor image = DoubleTensor.zeros(ElementType.FLOAT32, 2, 1, 28, 28);
    java.util.Arrays.setAll(image.data(), i -> i % 7 * 0.1);
    DoubleTensor logits = Interpreter.run(graph, Map.of("image", image)).get("logits");
    assertThat(logits.shape()).containsExactly(2, 10);
    assertThat(java.util.Arrays.stream(logits.data()).boxed())
        .allSatisfy(value -> assertThat(value).isFinite().isNotZero());
  }

  @Test
  void zerosAndOnesMayHaveParentheses() {
    String text =
        "model m(x: f32[2]) -> (y: f32[2]) { w: f32[2] = %s b: f32[2] = %s y = x * w + b }";
    assertThat(read(text.formatted("ones()", "zeros()")))
        .isEqualTo(read(text.formatted("ones", "zeros")));
  }

  @Test
  void everyBlockOfTheStandardLibraryExpands() {
    for (Document.BlockSyntax block : StandardLibrary.blocks().values()) {
      List<Document.Parameter> required =
          block.parameters().stream().filter(p -> p.defaultValue().isEmpty()).toList();
      String rest = ", 4".repeat(required.size() - 1);
      String name = block.name().text();
      boolean flat = List.of("dense").contains(name);
      String type = flat ? "f32[N, 2]" : "f32[N, 2, 8, 8]";
      String text =
          "block probe(x) { y = %s(x%s) z: f32[y.shape[1]] = zeros return Relu(z) }"
              .formatted(name, rest);
      String channels =
          List.of("conv", "conv_bn", "conv_transpose", "dense").contains(name) ? "4" : "2";
      Graph graph =
          read(text + "model M(x: " + type + ") -> (z: f32[" + channels + "]) { z = probe(x) }");
      assertThat(graph.nodes()).as(name).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void transposedConvolutionsMultiplyTheSize() {
    Graph graph =
        read(
            """
            model M(x: f32[N, 8, H, 5]) -> (y: f32[N, 2, 2 * H, 10], z: f32[N, 3, 8 * H, 40]) {
              y = conv_transpose(x, 2, kernel = 5)
              z = conv_transpose(y, 3, kernel = 4, stride = 4, bias = false)
            }
            """);
    assertThat(graph.nodes())
        .extracting(TextPrinter::print)
        .containsExactly(
            "y: f32[N, 2, 2 * H, 10] = ConvTranspose(x, conv_transpose1.w, conv_transpose1.b,"
                + " pads = [1, 1, 2, 2], strides = [2, 2])",
            "z: f32[N, 3, 8 * H, 40] = ConvTranspose(y, conv_transpose2.w,"
                + " pads = [0, 0, 0, 0], strides = [4, 4])");
  }

  private static void assertExpands(String text, String flat) {
    Graph graph = read(text);
    assertThat(TextPrinter.print(graph)).isEqualTo(flat);
    assertThat(read(flat)).isEqualTo(graph);
  }

  private static Graph read(String text) {
    Graph graph = TextReader.read(text, "test").graph();
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    return graph;
  }

  private static long count(Graph graph, String operator) {
    return graph.nodes().stream()
        .filter(node -> node.op().schema().name().equals(operator))
        .count();
  }

  @Test
  void blocksKnowWhatIsLeftOutTypesAndWhatIsKnown() {
    assertExpands(
        """
        block f(x, bias, count) {
          if bias != _ { x = x + bias }
          if x.type == f32 && known(x.shape[0]) { x = Relu(x) }
          none = _
          if none == bias { x = Transpose(x, perm = range(0, count)) }
          return Cast(x * sqrt(16), to = bf16)
        }
        model M(x: f32[2], z: f32[N]) -> (y: bf16[2], v: bf16[N]) {
          y = f(x, _, 1)
          v = f(z, z, 1)
        }
        """,
        """
        model M(x: f32[2], z: f32[N]) -> (y: bf16[2], v: bf16[N]) {
          f1.constant: f32[] = 4.0
          f2.constant: f32[] = 4.0
          f1.x: f32[2] = Relu(x)
          f1.x.1: f32[2] = Transpose(f1.x, perm = [0])
          f1.mul: f32[2] = Mul(f1.x.1, f1.constant)
          y: bf16[2] = Cast(f1.mul, to = 16)
          f2.x: f32[N] = Add(z, z)
          f2.mul: f32[N] = Mul(f2.x, f2.constant)
          v: bf16[N] = Cast(f2.mul, to = 16)
        }
        """);
  }
}
