package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.runtime.plan.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes into the instruction before it, and what must not.
class EpiloguesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "y = Relu(Gemm(x, w, b)); Gemm",
        "y = Sigmoid(x + x); Binary",
        "y = Tanh(MatMul(x, w)); Gemm",
        "y = Clip(Relu(x * b), 0, 2); Binary Unary",
        // A constant row is a bias, whatever its rank, and functions follow it.
        "y = MatMul(x, w) + b; Gemm",
        "y = Tanh(b + MatMul(x, w)); Gemm",
        "r: f32[1, 4] = normal(seed = 3) y = MatMul(x, w) + r; Gemm",
        "y = MatMul(x, w) + b + b; Gemm Binary",
        "y = Gemm(x, w, b) + b; Gemm Binary",
        "y = Relu(MatMul(x, w)) + b; Gemm Binary",
        "y = MatMul(x, w) * b; Gemm Binary",
        "y = MatMul(x, w) + x; Gemm Binary",
        "c: f32[1] = normal(seed = 3) y = MatMul(x, w) + c; Gemm Binary",
        "s = MatMul(x, w) y = s + b; Gemm Binary",
        "p = MatMul(x, w) y = (p + b) * p; Gemm Binary Binary",
        "r: f32[1, 1, 4] = normal(seed = 3) y = Squeeze(MatMul(x, w) + r, [0]); Gemm Binary",
        "t: bool[] = true y = If(Not(t), then_branch = graph p() -> (r: f32[N, 4]) { r ="
            + " Relu(MatMul(x, w) + b) }, else_branch = graph q() -> (x: f32[N, 4]) {}); If Gemm",
        // Somebody else reads what the function is applied to.
        "s = x + b y = Relu(s) * s; Binary Unary Binary",
        // It is an output.
        "s = Gemm(x, w) y = Relu(s); Gemm Unary",
        "t: bool[] = true y = If(Not(t), then_branch = graph p() -> (r: f32[N, 4]) {"
            + " r = Relu(x + x) }, else_branch = graph q() -> (x: f32[N, 4]) {}); If Binary",
      })
  void whatFollowsGoesIntoTheInstructionBefore(String body, String expected) {
    String outputs =
        body.matches("s = (Gemm|MatMul).*") ? "y: f32[N, 4], s: f32[N, 4]" : "y: f32[N, 4]";
    String text =
        """
        model m(x: f32[N, 4]) -> (%s) {
          w: f32[4, 4] = normal(seed = 1)
          b: f32[4] = normal(seed = 2)
          %s
        }
        """;
    Graph graph = TextReader.read(text.formatted(outputs, body), "test").graph();
    Program program = Lowerer.lower(graph, 16, Map.of());
    List<String> kinds =
        program
            .main()
            .allInstructions()
            .map(instruction -> instruction.getClass().getSimpleName())
            .filter(kind -> !List.of("Reshape", "Select", "Compare", "Fill", "Cast").contains(kind))
            .toList();
    assertThat(String.join(" ", kinds)).isEqualTo(expected);
    Map<String, DoubleTensor> inputs = ProgramRun.randomInputs(graph, 3);
    ProgramRun.assertLikeInterpreter(graph, inputs);
  }
}
