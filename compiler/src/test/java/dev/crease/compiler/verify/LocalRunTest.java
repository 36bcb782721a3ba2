package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.plan.KernelEvaluator;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How checks follow the run that they listen to: what they are given, in which order they tell
/// what they found, and what happens where one fails or is not reached.
class LocalRunTest {
  private static final GraphRunner KERNELS =
      (graph, inputs) ->
          KernelEvaluator.run(graph, inputs, SessionOptions.defaults().withThreads(1));
  private static final Finding PROVED = new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1);
  private static final Finding REFUTED = new Finding.Refuted("output", "1", "2");
  private static final Finding UNKNOWN = new Finding.NotCovered("nobody asked");

  private static Graph graph(String body) {
    return TextReader.read(
            "model m(x: f32[1, 2, 3, 3]) -> (y: f32[1, 2, 3, 3]) { %s }".formatted(body), "test")
        .graph();
  }

  private static LocalVerification check(
      Graph graph, List<Rewrite> rewrites, GraphRunner runner, Finding finding, int threads) {
    return new LocalVerification(
        graph, rewrites, graph, runner, _ -> finding, threads, 1, Optional.empty());
  }

  private static LocalReport run(
      LocalVerification local, Graph graph, Map<String, DoubleTensor> inputs) {
    local.start(inputs);
    Interpreter.run(graph, inputs, local);
    return local.finish();
  }

  private static Rewrite rewrite(Graph before, Graph after) {
    Replacement replacement = new Replacement(before, after, after.inputs());
    return new Rewrite(1, 1, "rule", "node", List.of(), List.of(), "changed", replacement);
  }

  /// The checks of earlier nodes end later.
  @Test
  void layersAreToldInTheOrderOfTheGraph() {
    Graph chain = graph("a = Relu(x) b = Sigmoid(a) c = Tanh(b) y = c + x");
    CountDownLatch others = new CountDownLatch(3);
    GraphRunner firstLast =
        (one, inputs) -> {
          if (one.nodes().getFirst().op().schema().name().equals("Relu")) {
            await(others);
          }
          others.countDown();
          return KERNELS.run(one, inputs);
        };
    try (LocalVerification local = check(chain, List.of(), firstLast, UNKNOWN, 4)) {
      LocalReport report = run(local, chain, Locally.inputs(chain, 1));
      assertThat(report.layers())
          .extracting(LayerFinding::node)
          .containsExactlyElementsOf(chain.nodes().stream().map(Node::label).toList());
      assertThat(report.agrees()).as("%s", report).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aLayerThatCannotRunByItselfIsLeftOut() {
    Graph chain = graph("a = Relu(x) y = Sigmoid(a)");
    GraphRunner onlyRelu =
        (one, inputs) ->
            one.nodes().getFirst().op().schema().name().equals("Relu")
                ? KERNELS.run(one, inputs)
                : Optional.empty();
    try (LocalVerification local = check(chain, List.of(), onlyRelu, UNKNOWN, 1)) {
      assertThat(run(local, chain, Locally.inputs(chain, 1)).layers()).hasSize(1);
    }
  }

  @Test
  void aWrongLayerDisagrees() {
    Graph one = graph("y = Relu(x)");
    GraphRunner zeros =
        (_, inputs) ->
            Optional.of(List.of(Tensor.of(new float[inputs.getFirst().elements()], 1, 2, 3, 3)));
    try (LocalVerification local = check(one, List.of(), zeros, UNKNOWN, 1)) {
      LocalReport report = run(local, one, Locally.inputs(one, 1));
      assertThat(report.log()).isEmpty();
      assertThat(report.layers()).extracting(LayerFinding::verdict).containsExactly(Verdict.WRONG);
      assertThat(report.agrees()).isFalse();
    }
  }

  @Test
  void whatACheckThrowsEndsTheVerification() {
    Graph one = graph("y = Relu(x)");
    GraphRunner broken =
        (_, _) -> {
          throw new IllegalStateException("no kernel");
        };
    try (LocalVerification local = check(one, List.of(), broken, UNKNOWN, 1)) {
      Map<String, DoubleTensor> inputs = Locally.inputs(one, 1);
      local.start(inputs);
      Interpreter.run(one, inputs, local);
      assertThatThrownBy(local::finish).hasMessage("no kernel");
    }
  }

  @Test
  void nothingRunsOnceItIsClosed() {
    Graph one = graph("y = Relu(x)");
    LocalVerification local = check(one, List.of(), KERNELS, UNKNOWN, 1);
    local.close();
    assertThatThrownBy(() -> local.start(Locally.inputs(one, 1)))
        .isInstanceOf(RejectedExecutionException.class);
  }

  /// A proof and a refutation need no run; numbers do.
  @ParameterizedTest
  @ValueSource(strings = {"y = Clip(x, 0)", "y = Elu(x)"})
  void whatIsNotReachedIsWhatTheCertificateSays(String replaced) {
    Graph before = graph("y = Relu(x)");
    List<Rewrite> rewrites = List.of(rewrite(before, graph(replaced)));
    Map<Finding, Verdict> verdicts =
        Map.of(PROVED, Verdict.PROVED, REFUTED, Verdict.WRONG, UNKNOWN, Verdict.NOT_REACHED);
    verdicts.forEach(
        (finding, verdict) -> {
          try (LocalVerification local = check(before, rewrites, GraphRunner.NONE, finding, 1)) {
            RewriteFinding found = local.finish().rewrites().getFirst();
            assertThat(found.verdict()).isEqualTo(verdict);
            assertThat(found.certificate()).isEqualTo(finding);
            assertThat(found.difference()).isEqualTo(Difference.NONE);
          }
        });
  }

  /// An input that is left out is its default, to the run and to what is checked of it.
  @ParameterizedTest
  @CsvSource({"false, 2", "true, 3"})
  void checksSeeWhatIsGivenOrTheDefault(boolean given, float seen) {
    GraphBuilder builder = new GraphBuilder("scaled");
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 1));
    Value k = builder.input("k", Constant.of(Tensor.of(new float[] {2}, 1)));
    builder.output(builder.add(new Arithmetic(Arithmetic.Function.MUL), x, k));
    Graph graph = builder.build();
    List<Float> values = Collections.synchronizedList(new ArrayList<>());
    GraphRunner noting =
        (one, inputs) -> {
          inputs.forEach(tensor -> values.add((float) DoubleTensor.of(tensor).data()[0]));
          return KERNELS.run(one, inputs);
        };
    Map<String, DoubleTensor> inputs =
        given ? Map.of("x", single(5), "k", single(3)) : Map.of("x", single(5));
    try (LocalVerification local = check(graph, List.of(), noting, UNKNOWN, 1)) {
      assertThat(run(local, graph, inputs).layers()).hasSize(1);
    }
    assertThat(values).containsExactlyInAnyOrder(5f, seen);
  }

  private static DoubleTensor single(double value) {
    return new DoubleTensor(ElementType.FLOAT32, new int[] {1}, new double[] {value});
  }

  /// The second rewrite reads what only the first one makes.
  @Test
  void whatARewriteMakesIsReadByTheNext() {
    Graph before = part("x", "y", "y = Relu(x)");
    Graph between = part("x", "y", "h = Neg(x) y = Neg(Clip(h, _, 0))");
    Rewrite first = rewrite(before, between);
    Graph reads = part("h", "z", "z = Neg(Clip(h, _, 0))");
    Rewrite right = rewrite(reads, part("h", "z", "z = Relu(Neg(h))"));
    Rewrite wrong = rewrite(reads, part("h", "z", "z = Relu(h)"));
    assertThat(second(before, first, right)).isEqualTo(Verdict.BIT_IDENTICAL);
    assertThat(second(before, first, wrong)).isEqualTo(Verdict.WRONG);
  }

  private static Graph part(String in, String out, String body) {
    return TextReader.read(
            "model m(%s: f32[1, 2, 3, 3]) -> (%s: f32[1, 2, 3, 3]) { %s }".formatted(in, out, body),
            "test")
        .graph();
  }

  private static Verdict second(Graph graph, Rewrite first, Rewrite second) {
    Rewrite next =
        new Rewrite(2, 2, "rule", "node", List.of(), List.of(), "changed", second.replacement());
    return Locally.verify(graph, List.of(first, next), graph, 1).rewrites().getLast().verdict();
  }
}
