package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.Locally;
import dev.crease.compiler.verify.certificate.Certificate;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.ElementType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What folds elsewhere lost in types of 16 bits, each test named after the symptom, with where it
/// was reported. docs/verification.md tells what prevents it here.
class KnownPrecisionBugsTest {
  private static final float EPSILON = 1e-3f;
  private static final int CHANNELS = 16;

  private static PassReport optimized(Graph graph) {
    PassReport report = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    LocalReport local =
        Locally.verify(graph, report.rewrites(), report.graph(), 1, Certificate::of);
    assertThat(local.agrees()).as("%s", local).isTrue();
    return report;
  }

  private static double[] doubles(Graph graph, Node node, int operand) {
    return graph.constant(node.input(operand)).orElseThrow().toDoubleTensor().data();
  }

  /// pytorch/pytorch PR 145623: folding in the weights' own type rounds at every step. Each stored
  /// number must be the nearest to the real one: half a unit in its last place.
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void foldingMultipliesTheRoundingErrorOfHalfPrecision(ElementType element) {
    Net net = new Net(element, 7);
    Value x = net.picture(8, 2);
    Graph graph = net.graph(net.norm(net.conv(Attributes.NONE, x, CHANNELS, 1, true)));
    PassReport report = optimized(graph);
    assertThat(report.normalizationsLeft()).isEmpty();
    assertThat(report.rewrites()).hasSize(1);
    assertThat(Certificate.of(report.rewrites().getFirst().replacement()))
        .isInstanceOf(Finding.Proved.class);
    Node conv = graph.nodes().getFirst();
    Node norm = graph.nodes().getLast();
    Node folded = report.graph().nodes().getFirst();
    double[] before = doubles(graph, conv, 1);
    double[] weights = doubles(report.graph(), folded, 1);
    double[] bias = doubles(report.graph(), folded, 2);
    for (int c = 0; c < CHANNELS; c++) {
      double slope =
          doubles(graph, norm, 1)[c] / Math.sqrt(doubles(graph, norm, 4)[c] + (double) EPSILON);
      double shifted = doubles(graph, conv, 2)[c] - doubles(graph, norm, 3)[c];
      assertNearest(element, bias[c], slope * shifted + doubles(graph, norm, 2)[c]);
      for (int i = c * 8; i < c * 8 + 8; i++) {
        assertNearest(element, weights[i], slope * before[i]);
      }
    }
  }

  /// Within half a unit in the last place, and what rounding of the expected double leaves open.
  private static void assertNearest(ElementType element, double stored, double real) {
    int digits = element == ElementType.FLOAT16 ? 10 : 7;
    double half = Math.scalb(0.5, Math.getExponent(real) - digits);
    assertThat(Math.abs(stored - real))
        .as("%s for %s", stored, real)
        .isLessThanOrEqualTo(half * (1 + 0x1p-30));
  }

  /// apple/coreai-torch PR 54: in float16 a variance beyond 65504 is infinite, so all is 0.
  @Test
  void aLargeVarianceIsCastToHalfPrecision() {
    Graph graph = largeVariance(ElementType.FLOAT32, 1e6, EPSILON);
    PassReport report = optimized(graph);
    assertThat(report.normalizationsLeft())
        .singleElement()
        .asString()
        .contains("`scale` is f32, but `conv` is f16");
    assertThat(spread(report.graph())).isEqualTo(spread(graph)).isGreaterThan(1);
  }

  /// The same in the sum: both summands are float16 numbers, the sum is none.
  @Test
  void aVarianceThatEpsilonMakesTooLargeIsInfinite() {
    Graph graph = largeVariance(ElementType.FLOAT16, 65504, 1000);
    PassReport report = optimized(graph);
    assertThat(report.normalizationsLeft()).isEmpty();
    assertThat(spread(report.graph())).isGreaterThan(1);
  }

  private static Graph largeVariance(ElementType parameters, double variance, float epsilon) {
    Net half = new Net(ElementType.FLOAT16, 8);
    Net other = new Net(parameters, 9);
    Value y = half.conv(Attributes.NONE, half.picture(4, 2), 4, 1, true);
    Constant scale = other.elements(() -> 1000, 4);
    Constant zero = other.elements(() -> 0, 4);
    Constant large = other.elements(() -> variance, 4);
    Attributes attributes = Attributes.NONE.with("epsilon", epsilon);
    return half.graph(half.normalization(y, scale, zero, zero, large, attributes));
  }

  /// The largest magnitude of the results.
  private static double spread(Graph graph) {
    Map<String, DoubleTensor> inputs = Locally.inputs(graph, 1);
    double largest = 0;
    for (double value :
        Interpreter.run(graph, inputs).get(graph.outputs().getFirst().name()).data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
