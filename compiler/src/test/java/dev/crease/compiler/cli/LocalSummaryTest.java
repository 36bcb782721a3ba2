package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.verify.GraphRunner;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.LocalVerification;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalSummaryTest {
  private static Graph graph(String body) {
    return TextReader.read("model m(x: f32[4]) -> (y: f32[4]) { y = " + body + " }", "test")
        .graph();
  }

  private static Rewrite rewrite(int number, String pass, Graph before, String body) {
    Graph after = graph(body);
    return new Rewrite(
        number,
        1,
        pass,
        "Relu `y`",
        List.of(),
        List.of(),
        "changed",
        new Replacement(before, after, after.inputs()));
  }

  @Test
  void linesTellWhatIsWrongAndHowToLeaveItOut() {
    Graph before = graph("Relu(x)");
    List<Rewrite> rewrites =
        List.of(
            rewrite(1, "right", before, "Max(x, 0)"),
            rewrite(2, "wrong", before, "LeakyRelu(x)"),
            rewrite(3, "right", before, "Clip(x, 0)"));
    LocalReport report = report(before, rewrites);
    List<String> lines = new LocalSummary(report, false).lines();
    assertThat(lines)
        .contains("right: 2 rewrites, 1 bit-identical, 1 proved", "kernels: 0 nodes")
        .anyMatch(
            line ->
                line.startsWith("WRONG: rewrite 2, wrong at Relu `y`: difference ")
                    && line.endsWith("; --disable-rewrite 2 leaves it out"))
        .contains("rewrites and kernels: WRONG");
    assertThat(new LocalSummary(report, true).lines())
        .hasSize(lines.size() + rewrites.size())
        .contains("3 right: Relu `y` changed: proved");
  }

  private static LocalReport report(Graph before, List<Rewrite> rewrites) {
    Map<String, DoubleTensor> inputs =
        Map.of(
            "x", new DoubleTensor(ElementType.FLOAT32, new int[] {4}, new double[] {1, -2, 3, 0}));
    try (LocalVerification local =
        new LocalVerification(
            before,
            rewrites,
            before,
            GraphRunner.NONE,
            replacement ->
                replacement == rewrites.get(2).replacement()
                    ? new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1)
                    : new Finding.NotCovered("nobody asked"),
            2,
            1)) {
      local.start(inputs);
      Interpreter.run(before, inputs, local);
      return local.finish();
    }
  }
}
