package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.OperatorSamples;
import dev.crease.compiler.op.RandomSamples;
import dev.crease.compiler.op.Sample;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Program;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operator, lowered and run by every kind of kernels, is what its reference evaluation says,
/// within a bound derived from what it adds up.
class OperatorLoweringTest {
  /// Samples that have no instructions yet; it must be exactly right.
  private static final Set<String> NOT_LOWERED = Set.of();

  /// Samples whose result has a rank or sizes that are no polynomials of the operands' sizes, or
  /// whose weights are cut at places that depend on sizes.
  private static boolean needsSizes(Sample sample) {
    String name = sample.toString();
    return name.startsWith("Resize: sizes NOT_")
        || sample.op() instanceof Recurrent && name.endsWith("at run time");
  }

  static Stream<Sample> lowered() {
    return OperatorSamples.ALL.stream().filter(each -> !NOT_LOWERED.contains(each.toString()));
  }

  static Stream<Sample> ofAnySize() {
    return lowered().filter(sample -> !needsSizes(sample));
  }

  /// No pool reads a picture without pixels.
  static Stream<Sample> withPixels() {
    return ofAnySize()
        .filter(
            sample ->
                sample.inputs().values().stream()
                    .noneMatch(x -> Arrays.stream(x.shape()).skip(2).anyMatch(n -> n == 0)));
  }

  @Test
  void listOfWhatIsNotLoweredIsExactlyRight() {
    Set<String> unsupported = new TreeSet<>();
    for (Sample sample : OperatorSamples.ALL) {
      try {
        lower(sample.graph(false));
      } catch (UnsupportedModelException e) {
        assertThat(e.findings()).isNotEmpty();
        unsupported.add(sample.toString());
      }
    }
    assertThat(unsupported).containsExactlyInAnyOrderElementsOf(NOT_LOWERED);
  }

  @ParameterizedTest
  @MethodSource("lowered")
  void knownShapes(Sample sample) {
    check(sample, sample.graph(false));
  }

  @ParameterizedTest
  @MethodSource("ofAnySize")
  void shapesBoundAtRunTime(Sample sample) {
    check(sample, sample.graph(true));
  }

  /// Operands that a pool wrote, so that they are BLOCKED where they can be.
  @ParameterizedTest
  @MethodSource("withPixels")
  void blockedOperands(Sample sample) {
    check(sample, behindPools(sample.graph(true)));
  }

  static List<Sample> random() {
    return RandomSamples.all();
  }

  @ParameterizedTest
  @MethodSource("random")
  void randomShapesAndAttributes(Sample sample) {
    check(sample, sample.graph(false));
    check(sample, sample.graph(true));
  }

  private static Program lower(Graph graph) {
    return Lowerer.lower(graph, Machine.lanes(), Map.of());
  }

  private static void check(Sample sample, Graph graph) {
    List<DoubleTensor> expected = sample.op().evaluate(sample.evaluationInputs());
    if (holdsLists(graph)) {
      checkLists(sample, graph, expected);
      return;
    }
    for (Map<String, Tensor> actual : ProgramRun.runAll(lower(graph), sample.inputs())) {
      for (int i = 0; i < sample.outputs(); i++) {
        DoubleTensor y = expected.get(i);
        double[] bound = RoundingBound.of(sample, y);
        ProgramRun.assertWithin(actual.get("y" + i), y, bound, "y" + i);
      }
    }
  }

  private static boolean holdsLists(Graph graph) {
    return Stream.concat(graph.inputs().stream(), graph.outputs().stream())
        .anyMatch(value -> !value.type().isTensor());
  }

  /// Operators of sequences and optionals move elements, so that results are the same.
  private static void checkLists(Sample sample, Graph graph, List<DoubleTensor> expected) {
    Map<String, dev.crease.runtime.Value> inputs = new HashMap<>();
    sample.inputs().forEach((name, value) -> inputs.put(name, value.toValue()));
    try (Session session = Plan.of(lower(graph)).newSession()) {
      Map<String, dev.crease.runtime.Value> actual = session.evaluate(inputs);
      for (int i = 0; i < sample.outputs(); i++) {
        assertThat(actual).containsEntry("y" + i, expected.get(i).toValue());
      }
      assertThat(session.evaluate(inputs)).isEqualTo(actual);
      assertThatThrownBy(() -> session.run(Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("evaluate");
    }
  }

  private static Graph behindPools(Graph graph) {
    GraphBuilder builder = new GraphBuilder(graph.name());
    Map<Value, Value> moved = new HashMap<>();
    moved.put(Value.ABSENT, Value.ABSENT);
    for (Value input : graph.inputs()) {
      Value copy = builder.input(input.name(), input.type(), graph.items(input));
      int spatial = input.type().rank() - 2;
      boolean picture =
          input.type().element() == ElementType.FLOAT32 && spatial >= 1 && spatial <= 3;
      moved.put(input, picture ? builder.add(onePixelPool(spatial), copy) : copy);
    }
    graph.constants().forEach((v, constant) -> moved.put(v, builder.constant(v.name(), constant)));
    Node node = graph.nodes().getFirst();
    List<String> results = node.outputs().stream().map(Value::name).toList();
    builder
        .add(node.name(), node.op(), node.inputs().stream().map(moved::get).toList(), results)
        .forEach(builder::output);
    return builder.build();
  }

  private static MaxPool onePixelPool(int spatial) {
    List<Long> kernel = Collections.nCopies(spatial, 1L);
    return new MaxPool(
        new WindowAttributes(AutoPad.NOTSET, List.of(), kernel, List.of(), List.of()), false, 0);
  }
}
