package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorAnalysisTest {
  private static final double U = 0x1p-10;
  private static final Rounding ROUNDING = new Rounding(U, 0);

  private static final Approximation X = off(0.25, -2, 4);
  private static final Approximation YES = bool(1);
  private static final Approximation NO = bool(0);

  private static Approximation off(double radius, double... elements) {
    double[] radii = new double[elements.length];
    Arrays.fill(radii, radius);
    int[] shape = {1, 1, elements.length};
    return new Approximation(new DoubleTensor(ElementType.FLOAT32, shape, elements), radii);
  }

  private static Approximation bool(double value) {
    return Approximation.exact(
        new DoubleTensor(ElementType.BOOL, new int[0], new double[] {value}));
  }

  private static Graph graph(String body) {
    String text =
        """
        model m(x: f32[1, 1, 2], t: bool[]) -> (y: f32[1, 1, 2]) {
          k: f32[1] = [3]
          %s
        }
        """;
    return TextReader.read(text.formatted(body), "t").graph();
  }

  private static ErrorAnalysis.Result run(Graph graph, Approximation... inputs) {
    return new ErrorAnalysis(ROUNDING, Approximation::stored)
        .run(graph, List.of(inputs), (_, _) -> {});
  }

  private static void assertBound(ErrorAnalysis.Result result, double... radii) {
    assertThat(result.bounded()).isTrue();
    for (int i = 0; i < radii.length; i++) {
      assertThat(result.outputs().getFirst().radius(i)).isCloseTo(radii[i], within(1e-12));
    }
  }

  @Test
  void radiiPassFromNodeToNode() {
    double first = 0.25 * (1 + U);
    Graph graph = graph("y = Relu(x + k) * k");
    assertBound(
        run(graph, X, YES),
        U * 3 + (1 + U) * 3 * (first + U * 1),
        U * 21 + (1 + U) * 3 * (first + U * 7));
  }

  @Test
  void everyNamedValueIsSeen() {
    List<String> seen = new ArrayList<>();
    Graph graph =
        TextReader.read(
                """
                model m(x: f32[1, 1, 2]) -> (y: f32[1, 1, 2]) {
                  a = Neg(x)
                  _, b = Split(a, axis = 2, num_outputs = 2)
                  y = a * b
                }
                """,
                "t")
            .graph();
    new ErrorAnalysis(ROUNDING, Approximation::stored)
        .run(graph, List.of(X), (value, tensor) -> seen.add(value.name() + tensor.data()[0]));
    assertThat(seen).containsExactly("a2.0", "b-4.0", "y-8.0");
  }

  @Test
  void aConstantMayStandForWhatWasRounded() {
    Graph graph = graph("y = x * k");
    double off = (0.5 + 0x1p-20) * 0x1p-22 + 3 * 0x1p-50;
    ErrorAnalysis.Result result =
        new ErrorAnalysis(ROUNDING, Approximation::rounded)
            .run(graph, List.of(X, YES), (_, _) -> {});
    double passed = (1 + U) * ((2 + 0.25) * off + 3 * 0.25);
    assertBound(result, U * 6 + passed);
    assertBound(run(graph, X, YES), U * 6 + (1 + U) * 3 * 0.25);
    Graph reshaped = graph("y = Reshape(x, [1, 1, 2])");
    assertThat(
            new ErrorAnalysis(ROUNDING, Approximation::rounded)
                .run(reshaped, List.of(X, YES), (_, _) -> {})
                .bounded())
        .isTrue();
  }

  @Test
  void anOperatorWithoutRuleLeavesNoBound() {
    ErrorAnalysis.Result result = run(graph("y = Relu(Pow(x, 2))"), X, YES);
    assertThat(result.bounded()).isFalse();
    assertThat(result.outputs().getFirst().data()).containsExactly(4, 16);
  }

  /// Rules are about the first result.
  @Test
  void aSecondResultHasNoBound() {
    Graph graph = graph("y, i = MaxPool(x, kernel_shape = [1])");
    assertThat(run(graph, X, YES).bounded()).isFalse();
    assertThat(run(graph, Approximation.exact(X.tensor()), YES).bounded()).isTrue();
    Graph one = graph("y = MaxPool(x, kernel_shape = [1])");
    assertBound(run(one, X, YES), 0.25, 0.25);
  }

  @Test
  void aCompositeIsBoundedByWhatItIsDefinedBy() {
    Graph graph = graph("y = crease.FusedConv(x, [[[3]]], _, x, activation = \"Relu\")");
    ErrorAnalysis.Result apart = run(graph("y = Relu(Conv(x, [[[3]]]) + x)"), X, YES);
    double[] radii = apart.outputs().getFirst().radii().data();
    assertThat(radii[1]).isGreaterThan(1);
    assertBound(run(graph, X, YES), radii);
    Graph norm = graph("y = x + ReduceLogSumExp(x, [0])");
    assertThat(run(norm, X, YES).bounded()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"Neg(a), 0.25, true", "Neg(Neg(a)) * [2], 0.5, true", "'Pow(a, 1)', 0.25, false"})
  void aBranchIsBoundedByWhatItRuns(String then, double radius, boolean bounded) {
    Graph graph =
        graph(
            """
            a = Neg(x)
            y = If(t,
              then_branch = graph p() -> (q: f32[1, 1, 2]) { q = %s },
              else_branch = graph r() -> (s: f32[1, 1, 2]) { s = Neg(a) })
            """
                .formatted(then));
    ErrorAnalysis.Result result = run(graph, X, YES);
    assertThat(result.bounded()).isEqualTo(bounded);
    if (bounded) {
      assertThat(result.outputs().getFirst().radius(0)).isBetween(radius, radius + 0.01);
    }
    assertBound(run(graph, X, NO), 0.25, 0.25);
  }

  @Test
  void aBranchReadsConstantsAround() {
    Graph graph =
        graph(
            """
            y = If(t,
              then_branch = graph p() -> (q: f32[1, 1, 2]) { q = x + k },
              else_branch = graph r() -> (s: f32[1, 1, 2]) { s = x })
            """);
    assertThat(run(graph, X, YES).outputs().getFirst().data()).containsExactly(1, 7);
  }

  @Test
  void aNodeThatCannotComputeIsNamed() {
    Graph graph = graph("y = x + k");
    Approximation two = Approximation.exact(DoubleTensor.zeros(ElementType.FLOAT32, 2));
    Graph sum =
        TextReader.read("model m(x: f32[N], z: f32[N]) -> (y: f32[N]) {\n y = x + z\n}", "t")
            .graph();
    Approximation three = Approximation.exact(DoubleTensor.zeros(ElementType.FLOAT32, 3));
    assertThatThrownBy(() -> run(sum, two, three))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageStartingWith(sum.nodes().getFirst().label() + ": ");
    assertThatThrownBy(() -> run(graph))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("nothing computes x");
  }
}
