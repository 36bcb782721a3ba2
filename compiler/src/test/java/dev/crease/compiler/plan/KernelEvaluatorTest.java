package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.runtime.ElementType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelEvaluatorTest {
  private static Node node(String text) {
    Graph graph = TextReader.read(text, "test").graph();
    return graph.nodes().getFirst();
  }

  @Test
  void computesWithTheKernels() {
    Node product =
        node("model m(a: f32[2, 3], b: f32[3, 2]) -> (y: f32[2, 2]) { y = MatMul(a, b) }");
    Constant a = Constant.derived(ElementType.FLOAT32, new long[] {2, 3}, () -> range(6));
    Constant b = Constant.derived(ElementType.FLOAT32, new long[] {3, 2}, () -> range(6));
    List<Constant> results = KernelEvaluator.evaluate(product, List.of(a, b)).orElseThrow();
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().dims()).containsExactly(2, 2);
    assertThat(results.getFirst().doubles()).containsExactly(10, 13, 28, 40);
  }

  private static double[] range(int count) {
    return java.util.stream.IntStream.range(0, count).asDoubleStream().toArray();
  }

  /// Dimensions that are symbols in the graph follow from the constants.
  @Test
  void symbolsOfTheGraphDoNotMatter() {
    Node relu = node("model m(a: f32[N]) -> (y: f32[N]) { y = Relu(a) }");
    Constant a =
        Constant.derived(ElementType.FLOAT32, new long[] {3}, () -> new double[] {-1, 0, 2});
    Constant y = KernelEvaluator.evaluate(relu, List.of(a)).orElseThrow().getFirst();
    assertThat(y.doubles()).containsExactly(0, 0, 2);
  }

  @Test
  void oneConstantMayBeSeveralOperands() {
    Node sum = node("model m(a: f32[2]) -> (y: f32[2]) { y = a + a }");
    Constant a = Constant.derived(ElementType.FLOAT32, new long[] {2}, () -> new double[] {1, 2});
    Constant y = KernelEvaluator.evaluate(sum, List.of(a, a)).orElseThrow().getFirst();
    assertThat(y.doubles()).containsExactly(2, 4);
  }

  @Test
  void isEmptyWithoutAnInstruction() {
    Node text = node("model m(a: bool[2]) -> (y: string[2]) { y = Cast(a, to = string) }");
    Constant a = Constant.splat(ElementType.BOOL, new long[] {2}, 1);
    assertThat(KernelEvaluator.evaluate(text, List.of(a))).isEmpty();
  }
}
