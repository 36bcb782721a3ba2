package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every operator owes, checked on the samples of all that are listed.
class OperatorsTest {
  private static final int LEAST_SAMPLES = 2;

  static Stream<OpSchema> schemas() {
    return Operators.ALL.stream();
  }

  static Stream<Sample> samples() {
    return OperatorSamples.ALL.stream();
  }

  static Stream<Sample> composites() {
    return samples().filter(sample -> sample.op() instanceof Composite);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyOperatorHasSamples(OpSchema schema) {
    assertThat(OperatorSamples.of(schema.qualifiedName()))
        .hasSizeGreaterThanOrEqualTo(LEAST_SAMPLES);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsOfAListedOperator(Sample sample) {
    OpSchema schema = sample.op().schema();
    assertThat(Operators.find(schema.qualifiedName())).containsSame(schema);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void attributesMakeTheOperatorAgain(Sample sample) {
    OpSchema schema = sample.op().schema();
    assertThat(schema.create(sample.op().attributes())).isEqualTo(sample.op());
    assertThat(sample.op().attributes().asMap().keySet())
        .isSubsetOf(schema.attributes().stream().map(OpSchema.AttributeSpec::name).toList());
  }

  /// The interpreter throws where an evaluated shape is not the inferred one.
  @ParameterizedTest
  @MethodSource("samples")
  void inferredTypesAreEvaluatedTypes(Sample sample) {
    Map<String, DoubleTensor> known = Interpreter.run(sample.graph(false), sample.inputs());
    Map<String, DoubleTensor> symbolic = Interpreter.run(sample.graph(true), sample.inputs());
    Map<String, DoubleTensor> alone = new HashMap<>();
    List<DoubleTensor> results = sample.op().evaluate(sample.evaluationInputs());
    for (int i = 0; i < sample.outputs(); i++) {
      alone.put("y" + i, results.get(i));
    }
    assertSame(known, alone, 0);
    assertSame(symbolic, alone, 0);
  }

  private static final Set<String> DATA_DECIDES =
      Set.of(
          "Reshape: shape at run time",
          "Range: at run time",
          "Pad: pads at run time",
          "ConcatFromSequence: along the first axis",
          "ConcatFromSequence: along the last axis",
          "ConcatFromSequence: along a new axis",
          "Loop: rows",
          "NonZero: numbers",
          "NonZero: booleans",
          "NonZero: none",
          "NonZero: scalar",
          "OptionalGetElement: tensor of any size",
          "SequenceAt: tensors of two sizes");

  static Stream<Sample> samplesOfKnownSize() {
    return samples()
        .filter(sample -> !DataDependence.isOf(sample.op()))
        .filter(sample -> !sample.name().endsWith(", parameters at run time"));
  }

  /// Types with known dimensions are inferred as known, unless an operand's values decide them.
  @ParameterizedTest
  @MethodSource("samplesOfKnownSize")
  void knownShapesStayKnown(Sample sample) {
    boolean known =
        sample.graph(false).outputs().stream()
            .allMatch(output -> output.type().knownDims().isPresent());
    assertThat(known).isEqualTo(!DATA_DECIDES.contains(sample.toString()));
  }

  /// Symbolic elements are right for the sizes of the sample.
  @ParameterizedTest
  @MethodSource("samples")
  void symbolicElementsAreTheEvaluatedOnes(Sample sample) {
    Graph graph = sample.graph(true);
    DoubleTensor y = Interpreter.run(graph, sample.inputs()).get("y0");
    Map<String, Long> symbols = new HashMap<>();
    sample.inputs().values().stream()
        .flatMap(tensor -> Arrays.stream(tensor.shape()).boxed())
        .forEach(size -> symbols.put("d" + size, (long) size));
    graph
        .elements(graph.outputs().getFirst())
        .ifPresent(
            elements ->
                assertThat(elements.stream().map(dim -> (double) dim.evaluate(symbols)).toList())
                    .containsExactly(Arrays.stream(y.data()).boxed().toArray(Double[]::new)));
  }

  @ParameterizedTest
  @MethodSource("composites")
  void compositesAreTheirExpansion(Sample sample) {
    Graph graph = sample.graph(true);
    Graph expanded = expanded(graph);
    assertThat(expanded.nodes()).noneMatch(node -> node.op().equals(sample.op()));
    assertSame(outputs(expanded, sample), outputs(graph, sample), 1e-12);
  }

  private static List<DoubleTensor> outputs(Graph graph, Sample sample) {
    Map<String, DoubleTensor> results = Interpreter.run(graph, sample.inputs());
    return graph.outputs().stream()
        .map(output -> Objects.requireNonNull(results.get(output.name())))
        .toList();
  }

  private static Graph expanded(Graph graph) {
    GraphBuilder out = new GraphBuilder(graph.name());
    graph.inputs().forEach(input -> out.input(input.name(), input.type(), graph.items(input)));
    graph.constants().forEach((value, constant) -> out.constant(value.name(), constant));
    Node node = graph.nodes().getFirst();
    List<Value> operands = new ArrayList<>();
    for (Value value : node.inputs()) {
      operands.add(value.isAbsent() ? Value.ABSENT : out.find(value.name()).orElseThrow());
    }
    ((Composite) node.op()).expand(node, operands, out).forEach(out::output);
    return out.build();
  }

  private static void assertSame(
      Map<String, DoubleTensor> actual, Map<String, DoubleTensor> expected, double tolerance) {
    assertSame(sorted(actual), sorted(expected), tolerance);
  }

  /// Compares results in order, whatever their names.
  private static void assertSame(
      List<DoubleTensor> left, List<DoubleTensor> right, double tolerance) {
    assertThat(left).hasSameSizeAs(right);
    for (int i = 0; i < left.size(); i++) {
      assertThat(left.get(i).type()).isEqualTo(right.get(i).type());
      assertThat(left.get(i).holder()).isEqualTo(right.get(i).holder());
      assertThat(left.get(i).shape()).isEqualTo(right.get(i).shape());
      assertThat(left.get(i).data())
          .usingComparatorWithPrecision(tolerance)
          .containsExactly(right.get(i).data());
      assertSame(left.get(i).items(), right.get(i).items(), tolerance);
    }
  }

  private static List<DoubleTensor> sorted(Map<String, DoubleTensor> results) {
    return new TreeMap<>(results).values().stream().toList();
  }
}
