package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Where the values come from that a rewrite or a layer is judged on.
class CapturedValuesTest {
  /// `inputs -> outputs: calls`, all values being vectors of two.
  private static Graph graph(String text) {
    String[] parts = text.split("->|: ", 3);
    return TextReader.read(
            "model m(%s) -> (%s) {\n%s\n}\n"
                .formatted(typed(parts[0]), typed(parts[1]), parts[2].replace("; ", "\n")),
            "t")
        .graph();
  }

  private static String typed(String names) {
    return Arrays.stream(names.strip().split(", "))
        .map(name -> name + ": f32[2]")
        .collect(Collectors.joining(", "));
  }

  private static Rewrite rewrite(int number, int sweep, Graph before, Graph after) {
    Replacement replacement = new Replacement(before, after, before.inputs());
    return new Rewrite(number, sweep, "rule", "node", List.of(), List.of(), "changed", replacement);
  }

  private static Rewrite rewrite(int number, int sweep, String before, String after) {
    return rewrite(number, sweep, graph(before), graph(after));
  }

  private static List<Verdict> verdicts(LocalReport report) {
    return report.rewrites().stream().map(RewriteFinding::verdict).toList();
  }

  /// `n` is in no graph that is run: only the first rewrite makes it.
  @Test
  void whatOnlyARewriteMakesIsTakenFromItsResult() {
    Graph original = graph("x -> y: c = Tanh(x); y = Exp(c)");
    Rewrite first = rewrite(1, 1, "x -> c: c = Tanh(x)", "x -> c: n = Tanh(x); c = Neg(Neg(n))");
    Graph optimized = graph("x -> y: n = Tanh(x); c = n * 1; y = Exp(c)");
    Rewrite right = rewrite(2, 2, "n -> c: c = Neg(Neg(n))", "n -> c: c = n * 1");
    LocalReport report = Locally.verify(original, List.of(first, right), optimized, 1);
    assertThat(report.agrees()).as("%s", report).isTrue();
    assertThat(verdicts(report)).doesNotContain(Verdict.NOT_REACHED);
    assertThat(report.layers())
        .extracting(LayerFinding::node)
        .containsExactly("Tanh `n`", "Mul `c`", "Exp `y`");
    Rewrite wrong = rewrite(2, 2, "n -> c: c = Neg(Neg(n))", "n -> c: c = n * 1.001");
    assertThat(verdicts(Locally.verify(original, List.of(first, wrong), optimized, 1)))
        .containsExactly(verdicts(report).getFirst(), Verdict.WRONG);
  }

  /// The second rewrite reads `m` as the constant that the first made of it, and nothing computes
  /// `m`.
  @Test
  void whatBecameAConstantIsNotWaitedFor() {
    Graph original = graph("x -> y: y = x * Exp([1, 0])");
    Graph source = graph("x -> y: m = Exp([1, 0]); y = m * x");
    Rewrite same = rewrite(1, 1, original, source);
    GraphBuilder folded = new GraphBuilder("m");
    float[] elements = {(float) Math.exp(1), 1};
    Value constant = folded.constant("m", Constant.of(Tensor.of(elements, 2)));
    folded.output(constant);
    Value m = source.nodes().getFirst().output();
    Rewrite fold = rewrite(2, 2, source.between(List.of(), List.of(m)), folded.build());
    Graph product = graph("x, m -> y: y = m * x");
    GraphBuilder halves = new GraphBuilder("m");
    Value x = halves.input("x", product.inputs().getFirst().type());
    float[] half = {elements[0] / 2, 0.5f};
    Value part =
        halves.add(
            new Arithmetic(Arithmetic.Function.MUL),
            x,
            halves.constant("half", Constant.of(Tensor.of(half, 2))));
    halves.output(halves.add(new Arithmetic(Arithmetic.Function.ADD), part, part));
    Rewrite reader = rewrite(3, 2, product, halves.build());
    LocalReport report = Locally.verify(original, List.of(same, fold, reader), halves.build(), 1);
    assertThat(verdicts(report))
        .containsExactly(Verdict.BIT_IDENTICAL, Verdict.WITHIN_BOUND, Verdict.WITHIN_BOUND);
  }

  @Test
  void anInputTakesItsDefault() {
    for (float factor : new float[] {1, 2}) {
      GraphBuilder builder = new GraphBuilder("m");
      Value x = builder.input("x", Constant.of(Tensor.of(new float[] {1, 2}, 2)));
      builder.output(
          builder
              .add("", new Arithmetic(Arithmetic.Function.ADD), List.of(x, x), List.of("y"))
              .getFirst());
      Graph original = builder.build();
      Graph after = graph("x -> y: y = x * [%s, 2]".formatted(factor));
      LocalReport report =
          Locally.verify(original, List.of(rewrite(1, 1, original, after)), original, 1);
      assertThat(verdicts(report))
          .containsExactly(factor == 2 ? Verdict.WITHIN_BOUND : Verdict.WRONG);
      assertThat(report.layers()).hasSize(1);
    }
  }

  @Test
  void nothingIsJudgedOnceClosed() {
    Graph graph = graph("x -> y: y = Exp(x)");
    LocalVerification local =
        new LocalVerification(
            graph,
            List.of(),
            graph,
            GraphRunner.NONE,
            _ -> new Finding.NotCovered(""),
            1,
            1,
            Optional.empty());
    local.close();
    assertThatThrownBy(() -> local.start(Locally.inputs(graph, 1)))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void anInputThatIsGivenIsNotItsDefault() {
    GraphBuilder builder = new GraphBuilder("m");
    Value x = builder.input("x", Constant.of(Tensor.of(new float[] {0, 0}, 2)));
    builder.output(
        builder
            .add("", new Arithmetic(Arithmetic.Function.ADD), List.of(x, x), List.of("y"))
            .getFirst());
    Graph original = builder.build();
    Rewrite wrong = rewrite(1, 1, original, graph("x -> y: y = Relu(x * 2)"));
    Map<String, dev.crease.compiler.ir.DoubleTensor> given =
        Map.of("x", dev.crease.compiler.ir.DoubleTensor.of(Tensor.of(new float[] {-1, -2}, 2)));
    try (LocalVerification local =
        new LocalVerification(
            original,
            List.of(wrong),
            original,
            GraphRunner.NONE,
            _ -> new Finding.NotCovered(""),
            1,
            1,
            Optional.empty())) {
      local.start(given);
      Interpreter.run(original, given, local);
      assertThat(local.finish().rewrites().getFirst().difference().observed()).isEqualTo(4);
    }
  }
}
