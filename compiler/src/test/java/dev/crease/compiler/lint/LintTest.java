package dev.crease.compiler.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each rule finds what it is about, and nothing in a model that nearly has it.
class LintTest {

  /// Of two channels, unlike any that a rule is about.
  private static final String VECTORS =
      """
      s: f32[2] = [1, 2]
      b: f32[2] = [0.5, -0.5]
      m: f32[2] = [0.1, 0.2]
      v: f32[2] = [0.9, 1.1]
      """;

  private static Graph model(String header, String body) {
    String text = "model t(" + header + ") {\n" + VECTORS + body + "\n}";
    return TextReader.read(text, "test").graph();
  }

  private static Graph model(String body) {
    return model("x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]", body);
  }

  private static List<Finding> find(Graph graph, String rule) {
    assertThat(Lint.ids()).contains(rule);
    Set<String> others = new HashSet<>(Lint.ids());
    others.remove(rule);
    List<Finding> findings = Lint.check(graph, others);
    assertThat(findings).extracting(Finding::rule).allMatch(rule::equals);
    return findings;
  }

  private static void finds(String rule, Severity severity, String what, Graph graph) {
    Finding finding = assertThat(find(graph, rule)).singleElement().actual();
    assertThat(finding.severity()).isEqualTo(severity);
    assertThat(finding.toString()).contains(what);
    assertThat(finding.why()).isNotBlank();
    assertThat(finding.todo()).isNotBlank();
  }

  private static void findsNothing(String rule, Graph graph) {
    assertThat(find(graph, rule)).isEmpty();
  }

  @Test
  void idsAreDifferentAndOrdinaryModelsAreClean() {
    assertThat(Lint.ids()).doesNotHaveDuplicates().hasSizeGreaterThan(10);
    Graph ordinary = model("y = Relu(BatchNormalization(x, s, b, m, v))");
    assertThat(Lint.check(ordinary, Set.of())).isEmpty();
  }

  @Test
  void invalidStatistics() {
    finds(
        "invalid-statistics",
        Severity.ERROR,
        "variance + epsilon is not positive in 1 of 2 channels (1)",
        model("n: f32[2] = [1, -1]\ny = BatchNormalization(x, s, b, m, n)"));
    finds(
        "invalid-statistics",
        Severity.ERROR,
        "mean is NaN or infinite in 1 of 2 channels (0)",
        model("n: f32[2] = [nan, 1]\ny = BatchNormalization(x, s, b, n, v)"));
    findsNothing(
        "invalid-statistics",
        model("n: f32[2] = [1, -0.000005]\ny = BatchNormalization(x, s, b, m, n)"));
  }

  @Test
  void smallBatch() {
    String training = "y = BatchNormalization(x, s, b, m, v, training_mode = 1)";
    finds(
        "small-batch",
        Severity.ERROR,
        "statistics of 1 number per channel",
        model("x: f32[1, 2, 1, 1]) -> (y: f32[1, 2, 1, 1]", training));
    finds(
        "small-batch",
        Severity.WARNING,
        "statistics of 1 number per channel where [N] are 1 each",
        model("x: f32[N, 2]) -> (y: f32[N, 2]", training));
    finds(
        "small-batch",
        Severity.WARNING,
        "statistics of 6 numbers",
        model("x: f32[2, 2, 3]) -> (y: f32[2, 2, 3]", training));
    findsNothing("small-batch", model("x: f32[2, 2, 4]) -> (y: f32[2, 2, 4]", training));
    findsNothing(
        "small-batch",
        model(
            "x: f32[1, 2, 1, 1]) -> (y: f32[1, 2, 1, 1]", "y = BatchNormalization(x, s, b, m, v)"));
  }

  @Test
  void trainingMode() {
    finds(
        "training-mode",
        Severity.WARNING,
        "BatchNormalization `y`: training_mode = 1",
        model("y = BatchNormalization(x, s, b, m, v, training_mode = 1)"));
    findsNothing("training-mode", model("y = BatchNormalization(x, s, b, m, v)"));
  }

  @Test
  void defaultStatistics() {
    String constants = "zero: f32[2] = [0, 0]\none: f32[2] = [1, 1]\n";
    finds(
        "default-statistics",
        Severity.WARNING,
        "mean = 0 and variance = 1 in all 2 channels",
        model(constants + "y = BatchNormalization(x, s, b, zero, one)"));
    findsNothing(
        "default-statistics",
        model(
            "zero: f32[2] = [0, 0]\n"
                + "n: f32[2] = [1, 1.0001]\n"
                + "y = BatchNormalization(x, s, b, zero, n)"));
    findsNothing(
        "default-statistics",
        model(constants + "y = BatchNormalization(x, s, b, zero, one, training_mode = 1)"));
  }

  @Test
  void tinyVariance() {
    finds(
        "tiny-variance",
        Severity.WARNING,
        "in 1 of 2 channels (0), least 1.00e-12",
        model("n: f32[2] = [1e-12, 1]\ny = BatchNormalization(x, s, b, m, n)"));
    findsNothing(
        "tiny-variance", model("n: f32[2] = [2e-7, 1]\ny = BatchNormalization(x, s, b, m, n)"));
    findsNothing(
        "tiny-variance",
        model("n: f32[2] = [1e-12, 1]\nd: f32[2] = [0, 1]\ny = BatchNormalization(x, d, b, m, n)"));
  }

  @Test
  void overridableDefaultsAreWhatTheModelSays() {
    finds(
        "tiny-variance",
        Severity.WARNING,
        "1 of 2 channels",
        model(
            "x: f32[N, 2], n: f32[2] = [1e-12, 1]) -> (y: f32[N, 2]",
            "y = BatchNormalization(x, s, b, m, n)"));
  }

  @Test
  void largeMean() {
    String mean = "n: f32[2] = [1000, 0.2]\n";
    finds(
        "large-mean",
        Severity.WARNING,
        "up to 1.05e+03 deviations; too large beside the results in 1 of 2 channels (0)",
        model(mean + "y = BatchNormalization(x, s, b, n, v)"));
    findsNothing(
        "large-mean", model("n: f32[2] = [100, 0.2]\ny = BatchNormalization(x, s, b, n, v)"));
    String convolution = "w: f32[2, 2, 1, 1] = he_normal(seed = 1)\n" + mean;
    findsNothing(
        "large-mean", model(convolution + "y = BatchNormalization(Conv(x, w, n), s, b, n, v)"));
    finds(
        "large-mean",
        Severity.WARNING,
        "too large",
        model(convolution + "y = BatchNormalization(Conv(x, w, m), s, b, n, v)"));
  }

  @Test
  void scaleSpread() {
    finds(
        "scale-spread",
        Severity.WARNING,
        "goes from 5.00e-05 to 1.00",
        model(
            "d: f32[2] = [1, -5e-5]\n"
                + "one: f32[2] = [1, 1]\n"
                + "y = BatchNormalization(x, d, b, m, one)"));
    findsNothing(
        "scale-spread",
        model(
            "d: f32[2] = [1, 2e-4]\n"
                + "one: f32[2] = [1, 1]\n"
                + "y = BatchNormalization(x, d, b, m, one)"));
    findsNothing(
        "scale-spread", model("d: f32[2] = [1, 0]\ny = BatchNormalization(x, d, b, m, v)"));
  }

  @Test
  void deadChannel() {
    finds(
        "dead-channel",
        Severity.INFO,
        "scale = 0 in 1 of 2 channels (1)",
        model("d: f32[2] = [1, 0]\ny = BatchNormalization(x, d, b, m, v)"));
    findsNothing(
        "dead-channel", model("d: f32[2] = [1, 1e-30]\ny = BatchNormalization(x, d, b, m, v)"));
  }

  @Test
  void saturatedActivation() {
    String far = "far: f32[2] = [12, 0]\n";
    finds(
        "saturated-activation",
        Severity.WARNING,
        "Sigmoid `y` is flat at |bias| - 3 |scale| in 1 of 2 channels (0)",
        model(far + "y = Sigmoid(BatchNormalization(x, s, far, m, v))"));
    findsNothing(
        "saturated-activation", model(far + "y = Relu(BatchNormalization(x, s, far, m, v))"));
    String near = "near: f32[2] = [7.5, 0]\n";
    findsNothing(
        "saturated-activation", model(near + "y = Sigmoid(BatchNormalization(x, s, near, m, v))"));
    finds(
        "saturated-activation",
        Severity.WARNING,
        "Tanh",
        model(near + "y = Tanh(BatchNormalization(x, s, near, m, v))"));
  }

  @Test
  void mixedEpsilon() {
    String two = "a = BatchNormalization(x, s, b, m, v)\ny = BatchNormalization(a, s, b, m, v";
    finds(
        "mixed-epsilon",
        Severity.WARNING,
        "the model: epsilon is 1.0E-5 in 1 (BatchNormalization `a`), 0.001 in 1"
            + " (BatchNormalization `y`)",
        model(two + ", epsilon = 0.001)"));
    findsNothing("mixed-epsilon", model(two + ", epsilon = 0.00002)"));
    findsNothing("mixed-epsilon", model("y = BatchNormalization(x, s, b, m, v, epsilon = 0.001)"));
  }

  @Test
  void momentumConvention() {
    finds(
        "momentum-convention",
        Severity.INFO,
        "momentum is 0.1",
        model("y = BatchNormalization(x, s, b, m, v, momentum = 0.1)"));
    finds(
        "momentum-convention",
        Severity.WARNING,
        "momentum is 0.01",
        model("y = BatchNormalization(x, s, b, m, v, momentum = 0.01, training_mode = 1)"));
    findsNothing(
        "momentum-convention", model("y = BatchNormalization(x, s, b, m, v, momentum = 0.99)"));
  }

  @Test
  void statisticsOfBranches() {
    String branch =
        """
        y = If(t,
          then_branch = graph p() -> (r: f32[N, 2]) { r = %s },
          else_branch = graph q() -> (u: f32[N, 2]) { u = Relu(x) })
        """;
    String header = "x: f32[N, 2], t: bool[]) -> (y: f32[N, 2]";
    finds(
        "shared-statistics",
        Severity.INFO,
        "BatchNormalization `r`: it stands in a body of If `y`",
        model(header, branch.formatted("BatchNormalization(x, s, b, m, v)")));
    findsNothing(
        "shared-statistics",
        model(header, "n = BatchNormalization(x, s, b, m, v)\n" + branch.formatted("Relu(n)")));
  }

  @Test
  void statisticsOfSteps() {
    String cells =
        """
        k: f32[1, 8, 2] = he_normal(seed = 1)
        r: f32[1, 8, 2] = he_normal(seed = 2)
        """;
    String header = "x: f32[5, N, 2]) -> (y: f32[5, 2, N]";
    finds(
        "shared-statistics",
        Severity.INFO,
        "it normalizes the states of LSTM",
        model(
            header,
            cells
                + """
                l = LSTM(x, k, r, hidden_size = 2)
                a = Squeeze(l, [1])
                y = BatchNormalization(Transpose(a, perm = [0, 2, 1]), s, b, m, v)
                """));
    findsNothing(
        "shared-statistics",
        model(
            header,
            cells
                + """
                n = BatchNormalization(Transpose(x, perm = [0, 2, 1]), s, b, m, v)
                l = LSTM(Transpose(n, perm = [0, 2, 1]), k, r, hidden_size = 2)
                y = Transpose(Squeeze(l, [1]), perm = [0, 2, 1])
                """));
  }

  @Test
  void statisticsOfAnyLength() {
    String training = "y = BatchNormalization(x, s, b, m, v, training_mode = 1)";
    finds(
        "shared-statistics",
        Severity.WARNING,
        "statistics over `T`",
        model("x: f32[N, 2, T]) -> (y: f32[N, 2, T]", training));
    findsNothing("shared-statistics", model("x: f32[N, 2, 9]) -> (y: f32[N, 2, 9]", training));
    findsNothing(
        "shared-statistics",
        model("x: f32[N, 2, T]) -> (y: f32[N, 2, T]", "y = BatchNormalization(x, s, b, m, v)"));
  }

  @Test
  void float16Range() {
    finds(
        "float16-range",
        Severity.INFO,
        "variance is beyond 65504 in 1 of 2 channels (0)",
        model("n: f32[2] = [70000, 1]\ny = BatchNormalization(x, s, b, m, n)"));
    findsNothing(
        "float16-range", model("n: f32[2] = [65504, 1]\ny = BatchNormalization(x, s, b, m, n)"));
    GraphBuilder half = new GraphBuilder("half");
    Value x = half.input("x", TensorType.of(ElementType.FLOAT16, 4, 1));
    Value one = half.constant("one", Constant.splat(ElementType.FLOAT16, new long[] {1}, 1));
    Value large = half.constant("large", vector(70_000));
    half.output(half.add(new BatchNormalization(1e-5f, 0.9f, false), x, one, one, large, large));
    assertThat(find(half.build(), "float16-range"))
        .hasSize(2)
        .allMatch(finding -> finding.severity() == Severity.WARNING);
  }

  @Test
  void subnormalWeights() {
    finds(
        "subnormal-weights",
        Severity.WARNING,
        "2 of 4 weights of linear operators are subnormal, most of them in MatMul `matmul` (2)",
        product(1e-40f, 0, -1e-39f, 1));
    findsNothing("subnormal-weights", product(Float.MIN_NORMAL, 0, -Float.MIN_NORMAL, 1));
    findsNothing(
        "subnormal-weights",
        model("n: f32[2] = [1e-40, 1]\ny = BatchNormalization(x, n, b, m, v)"));
  }

  @Test
  void subnormalWeightsOfBfloat16() {
    finds(
        "subnormal-weights",
        Severity.WARNING,
        "4 of 4 weights of linear operators are subnormal, most of them in MatMul `matmul` (4)",
        product(Constant.splat(ElementType.BFLOAT16, new long[] {2, 2}, 0x1p-130)));
    findsNothing(
        "subnormal-weights",
        product(Constant.splat(ElementType.FLOAT16, new long[] {2, 2}, 0x1p-20)));
  }

  private static Graph product(float... weights) {
    return product(Constant.of(Tensor.of(weights, 2, 2)));
  }

  private static Graph product(Constant weights) {
    GraphBuilder graph = new GraphBuilder("product");
    Value x = graph.input("x", TensorType.of(weights.element(), 3, 2));
    Value w = graph.constant("w", weights);
    graph.output(graph.add(new MatMul(), x, w));
    return graph.build();
  }

  private static Constant vector(float... values) {
    return Constant.of(Tensor.of(values, values.length));
  }
}
