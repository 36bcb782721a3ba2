package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.verify.Budget;
import dev.crease.compiler.verify.GraphRunner;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.LocalVerification;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    LocalReport report = report(before, rewrites, before, Optional.empty());
    List<String> lines = new LocalSummary(report, false).lines();
    assertThat(lines)
        .contains("right: 2 rewrites, 1 bit-identical, 1 proved")
        .anyMatch(
            line ->
                line.startsWith("WRONG: rewrite 2, wrong at Relu `y`: difference ")
                    && line.endsWith("; --disable-rewrite 2 leaves it out"))
        .contains("rewrites: WRONG");
    assertThat(new LocalSummary(report, true).lines())
        .hasSize(lines.size() + rewrites.size())
        .contains("3 right: Relu `y` changed: proved");
  }

  @Test
  void aBudgetIsToldWithBothNumbersAndNeverAsAProof() {
    Graph before = graph("Relu(x)");
    // LeakyRelu is off by 0.02 at -2, and by up to 2^60 / 100 on hard inputs, where 0 is expected.
    List<Rewrite> rewrites = List.of(rewrite(1, "leaks", before, "LeakyRelu(x)"));
    assertThat(summary(before, rewrites, Optional.of(new Budget(0, 1))))
        .contains("rewrites: WRONG");
    assertThat(summary(before, rewrites, Optional.of(new Budget(0, 0x1p60))))
        .contains(
            "leaks: 1 rewrite, 1 within budget; largest bound 6.66e-16, difference 2.00e-02, at"
                + " most 4.5e+15 of its bound")
        .contains("rewrites: within budget")
        .anyMatch(
            line ->
                line.startsWith("within budget: rewrite 1, leaks at Relu `y`: difference 2.00e-02,")
                    && line.contains(" of the budget; --disable-rewrite 1 leaves it out"))
        .noneMatch(line -> line.contains("OK") || line.contains("WRONG"));
  }

  private static List<String> summary(
      Graph before, List<Rewrite> rewrites, Optional<Budget> budget) {
    return new LocalSummary(
            report(before, rewrites, rewrites.getLast().replacement().after(), budget), false)
        .lines();
  }

  private static LocalReport report(
      Graph before, List<Rewrite> rewrites, Graph optimized, Optional<Budget> budget) {
    Map<String, DoubleTensor> inputs =
        Map.of(
            "x", new DoubleTensor(ElementType.FLOAT32, new int[] {4}, new double[] {1, -2, 3, 0}));
    try (LocalVerification local =
        new LocalVerification(
            before,
            rewrites,
            optimized,
            GraphRunner.NONE,
            replacement ->
                replacement == rewrites.getLast().replacement() && rewrites.size() > 1
                    ? new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1)
                    : new Finding.NotCovered("nobody asked"),
            2,
            1,
            budget)) {
      local.start(inputs);
      Interpreter.run(before, inputs, local);
      return local.finish();
    }
  }
}
