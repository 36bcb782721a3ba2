package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class RoundingEstimateTest {
  private static final int MANY = 4000;

  /// The mean square of `MANY` sums of signs is off by a few times `1 / sqrt(MANY)`.
  private static final double SPREAD = 0.05;

  private static Graph graph(String text) {
    return TextReader.read(text.replace(";", "\n"), "test").graph();
  }

  private static Map<String, DoubleTensor> x(double... elements) {
    return Map.of(
        "x", new DoubleTensor(ElementType.FLOAT32, new int[] {elements.length}, elements));
  }

  private static LayerFinding layer(String result, double error) {
    return new LayerFinding(result, result, Verdict.WITHIN_BOUND, Difference.NONE, error);
  }

  private static double estimate(
      Graph graph, Map<String, DoubleTensor> inputs, int probes, LayerFinding... layers) {
    return RoundingEstimate.of(graph, inputs, List.of(layers), probes, 2, 1)
        .outputs()
        .get("y")
        .orElseThrow();
  }

  /// `y = c (b (a x))` is off by `y (e1 q1 + e2 q2 + e3 q3)`.
  @Test
  void errorsOfAChainAddUpBySquares() {
    Graph chain =
        graph("model m(x: f32[2]) -> (y: f32[2]) { a = x * 3; b = a * -5; y = b * 0.25 }");
    double y = 8 * 3 * 5 * 0.25;
    double estimate =
        estimate(chain, x(8, -2), MANY, layer("a", 1e-6), layer("b", 2e-6), layer("y", 3e-6));
    assertThat(estimate / (y * 1e-6 * Math.sqrt(1 + 4 + 9))).isCloseTo(1, within(SPREAD));
  }

  /// `y = sum w v` over a vector that is off element by element.
  @Test
  void errorsOfElementsAreIndependent() {
    Graph product =
        graph(
            """
            model m(x: f32[3]) -> (y: f32[1]) {
              w: f32[3, 1] = [[2], [-3], [4]]
              v = x * 2
              y = MatMul(v, w)
            }
            """);
    double expected = 1e-6 * Math.hypot(Math.hypot(2 * 2 * 5, 3 * 2 * 6), 4 * 2 * 7);
    assertThat(estimate(product, x(5, 6, 7), MANY, layer("v", 1e-6)) / expected)
        .isCloseTo(1, within(SPREAD));
  }

  @Test
  void fewProbesAreWithinTheirSpread() {
    Graph chain = graph("model m(x: f32[1]) -> (y: f32[1]) { a = x * 3; y = a * 5 }");
    for (int seed = 0; seed < 20; seed++) {
      OptionalDouble estimate =
          RoundingEstimate.of(chain, x(1), List.of(layer("a", 1e-6), layer("y", 1e-6)), 2, 1, seed)
              .outputs()
              .get("y");
      // Two signs add up or cancel.
      assertThat(estimate.orElseThrow()).isBetween(0.0, 15 * 2.0001e-6);
    }
    assertThat(estimate(chain, x(1), 1, layer("a", 1e-6))).isCloseTo(15e-6, within(1e-12));
  }

  @Test
  void whereNothingRoundsTheEstimateIsZero() {
    Graph chain = graph("model m(x: f32[2]) -> (y: f32[2]) { a = x * 3; y = Relu(a) }");
    RoundingEstimate estimate =
        RoundingEstimate.of(chain, x(1, 2), List.of(layer("a", 0), layer("y", 0)), 2, 2, 1);
    assertThat(estimate.outputs().get("y")).hasValue(0);
    assertThat(estimate.lines())
        .containsExactly(
            "y: first-order estimate of rounding 0.0e+00 (2 probes; no bound, no verdict)");
  }

  /// `y = x w`, where `w` was rounded to float32: its error is uniform, up to half a unit.
  @Test
  void storedFormulasAreRounded() {
    GraphBuilder builder = new GraphBuilder("m");
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 1));
    Value w =
        builder.constant(
            "w",
            Constant.derived(ElementType.FLOAT32, new long[] {1}, () -> new double[] {4.0 / 3}));
    builder.output(
        builder
            .add("", new Arithmetic(Arithmetic.Function.MUL), List.of(x, w), List.of("y"))
            .getFirst());
    double expected = 8 * 0.5 * Math.ulp(1.5f) / Math.sqrt(3);
    assertThat(estimate(builder.build(), x(8), 2, layer("y", 0)))
        .isCloseTo(expected, within(1e-4 * expected));
  }

  /// No more runs at a time than are asked for, and none on threads that others share.
  @Test
  void runsShareTheThreadsThatAreGiven() {
    Graph chain = graph("model m(x: f32[2]) -> (y: f32[2]) { a = x * 3; y = a * 5 }");
    for (int threads : new int[] {1, 2}) {
      Set<Thread> seen = ConcurrentHashMap.newKeySet();
      Map<String, DoubleTensor> inputs =
          new AbstractMap<>() {
            @Override
            public Set<Map.Entry<String, DoubleTensor>> entrySet() {
              seen.add(Thread.currentThread());
              return x(1, 2).entrySet();
            }
          };
      RoundingEstimate.of(chain, inputs, List.of(layer("a", 1e-6)), 20, threads, 1);
      assertThat(seen).hasSizeBetween(1, threads).doesNotContain(Thread.currentThread());
      assertThat(seen).noneMatch(thread -> thread.getName().contains("commonPool"));
    }
  }

  @Test
  void whatIsNotKnownIsLeftOutAndSaidToBe() {
    Graph chain = graph("model m(x: f32[2]) -> (y: f32[2]) { a = x * 3; b = a * 2; y = Relu(b) }");
    RoundingEstimate estimate =
        RoundingEstimate.of(
            chain, x(1, 2), List.of(layer("a", Double.NaN), layer("y", 0)), 1, 2, 1);
    assertThat(estimate.unknown()).isEqualTo(2);
    assertThat(estimate.lines().getFirst())
        .endsWith("(1 probe, 2 nodes left out; no bound, no verdict)");
  }

  @Test
  void wholeNumbersHaveNoEstimateAndNumbersThatAreNoneAreNotCounted() {
    Graph graph =
        graph(
            """
            model m(x: f32[2]) -> (y: f32[2], i: i64[1]) {
              y = Log(x)
              i = Shape(x)
            }
            """);
    RoundingEstimate estimate =
        RoundingEstimate.of(graph, x(-1, 1), List.of(layer("y", 1e-6)), 2, 2, 1);
    assertThat(estimate.outputs()).containsOnlyKeys("y");
    assertThat(estimate.outputs().get("y")).hasValue(0);
  }

  /// What happened is of the size of what usually happens.
  @Test
  void aPlanIsOffByAboutTheEstimate() {
    Compilation compilation =
        Compiler.compilation(
            Path.of("src/test/resources/conformance/residual/model.onnx"), Options.defaults());
    Graph optimized = compilation.optimized().graph();
    Map<String, DoubleTensor> inputs = Locally.inputs(optimized, 1);
    LocalReport local = Locally.verify(compilation, 1);
    RoundingEstimate estimate = RoundingEstimate.of(optimized, inputs, local.layers(), 20, 2, 1);
    assertThat(estimate.unknown()).isZero();
    Map<String, DoubleTensor> expected = Interpreter.run(optimized, inputs);
    try (Session session = compilation.plan().newSession()) {
      Map<String, Tensor> given = new LinkedHashMap<>();
      inputs.forEach((name, tensor) -> given.put(name, tensor.toTensor()));
      session
          .run(given)
          .forEach(
              (name, z) -> {
                double[] y = expected.get(name).data();
                double[] actual = DoubleTensor.of(z).data();
                double largest = 0;
                for (int i = 0; i < y.length; i++) {
                  largest = Math.max(largest, Math.abs(y[i] - actual[i]));
                }
                double ratio = largest / estimate.outputs().get(name).orElseThrow();
                assertThat(ratio).as("%s: %s of %s", name, ratio, estimate).isBetween(0.1, 10.0);
              });
    }
  }
}
