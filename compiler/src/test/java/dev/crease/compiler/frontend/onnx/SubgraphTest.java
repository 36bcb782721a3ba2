package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.floats;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.longs;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.opset;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.tensor;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.FunctionProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files with graphs in graphs.
class SubgraphTest {
  private static GraphProto.Builder branch(String output, NodeProto.Builder... nodes) {
    GraphProto.Builder graph =
        GraphProto.newBuilder().setName("branch").addOutput(value(output, DataType.FLOAT, 2));
    List.of(nodes).forEach(graph::addNode);
    return graph;
  }

  private static NodeProto.Builder choice(
      String results, GraphProto.Builder then, GraphProto.Builder otherwise) {
    return node("If", "t", results)
        .addAttribute(graph("else_branch", otherwise))
        .addAttribute(graph("then_branch", then));
  }

  private static AttributeProto graph(String name, GraphProto.Builder graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  /// A graph of `t` and `x: f32[2]`, with the outputs that are listed.
  private static GraphProto.Builder around(String outputs, NodeProto.Builder... nodes) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("around")
            .addInput(value("t", DataType.BOOL))
            .addInput(value("x", DataType.FLOAT, 2));
    List.of(nodes).forEach(graph::addNode);
    for (String output : outputs.split(" ")) {
      graph.addOutput(value(output, DataType.FLOAT, 2));
    }
    return graph;
  }

  private static Graph graph(GraphProto.Builder graph) {
    Graph read = read(model(8, 16, graph)).graph();
    assertThat(GraphVerifier.verify(read)).isEmpty();
    byte[] written = OnnxWriter.toBytes(Model.of(read));
    assertThat(OnnxReader.read("again", written, OnnxOptions.DEFAULT).model().graph())
        .isEqualTo(read);
    return read;
  }

  private static double[] run(Graph graph, boolean condition) {
    Map<String, DoubleTensor> inputs =
        Map.of(
            "t",
            new DoubleTensor(ElementType.BOOL, new int[0], new double[] {condition ? 1 : 0}),
            "x",
            DoubleTensor.of(Tensor.of(new float[] {-1, 2}, 2)));
    return Interpreter.run(graph, inputs).get(graph.outputs().getFirst().name()).data();
  }

  private static Node choice(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> !node.subgraphs().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  /// Branches are often made for shapes that the model does not have.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBranchThatNoRunTakesNeedNotFit(boolean known) {
    NodeProto.Builder wrong =
        node("Transpose", "x", "b").addAttribute(attribute("perm", List.of(2L, 1L, 0L)));
    GraphProto.Builder right = branch("a", node("Neg", "x", "a"));
    NodeProto.Builder choice =
        known ? choice("y", right, branch("b", wrong)) : choice("y", branch("b", wrong), right);
    GraphProto.Builder graph =
        around("y", choice.setInput(0, "known"))
            .addInitializer(tensor("known", DataType.BOOL).addInt32Data(known ? 1 : 0));
    assertThat(run(graph(graph), !known)).containsExactly(1, -2);
    assertThat(graph(graph).nodes()).allMatch(node -> node.subgraphs().isEmpty());
  }

  /// The form has only gained element types since the first.
  @ParameterizedTest
  @ValueSource(ints = {6, 9, 11, 13, 16, 19, 21, 23, 24, 25})
  void everyOperatorSetHasIf(int opset) {
    GraphProto.Builder graph =
        around(
            "y",
            node("Neg", "x", "a"),
            choice("y", branch("b", node("Relu", "a", "b")), branch("c", node("Abs", "x", "c"))));
    Graph read = read(model(8, opset, graph)).graph();
    assertThat(choice(read).captures()).extracting(Value::name).containsExactly("a", "x");
    assertThat(run(read, true)).containsExactly(1, 0);
    assertThat(run(read, false)).containsExactly(1, 2);
  }

  /// What only a subgraph reads decides the order, too.
  @Test
  void nodesAreSortedByWhatTheirSubgraphsRead() {
    Graph graph =
        graph(
            around(
                "y",
                choice(
                    "y",
                    branch("c", node("Relu", "b", "c"), node("Neg", "a", "b")),
                    branch("d", node("Abs", "a", "d"))),
                node("Exp", "x", "a")));
    assertThat(graph.nodes())
        .extracting(node -> node.op().schema().name())
        .first()
        .isEqualTo("Exp");
    assertThat(run(graph, true)).containsExactly(0, 0);
  }

  @Test
  void outputsMayBeTakenFromAroundAsTheyAre() {
    Graph graph = graph(around("y", node("Neg", "x", "a"), choice("y", branch("x"), branch("a"))));
    assertThat(run(graph, true)).containsExactly(-1, 2);
    assertThat(run(graph, false)).containsExactly(1, -2);
  }

  @Test
  void constantsAroundAreKnownInside() {
    Graph graph =
        graph(
            around(
                    "y",
                    choice(
                        "y",
                        branch(
                            "b", node("Reshape", "x shape", "a"), node("Squeeze", "a axes", "b")),
                        branch("x")))
                .addInitializer(longs("shape", 1, 2))
                .addInitializer(longs("axes", 0)));
    assertThat(graph.outputs().getFirst().type()).hasToString("f32[2]");
    Graph inside = choice(graph).subgraphs().getFirst();
    assertThat(inside.constants()).isEmpty();
    assertThat(inside.captures()).extracting(Value::name).containsExactly("x", "shape", "axes");
    assertThat(inside.constant(inside.captures().get(1)).orElseThrow().longs())
        .containsExactly(1, 2);
  }

  /// Branches do not see each other, so they may use one name for two values; so may a branch and
  /// what comes after it. Then ours differ, and those of the model's face stay.
  @Test
  void namesThatAreUsedTwiceBecomeDifferent() {
    Graph graph =
        graph(
            around(
                "y r",
                choice(
                    "y",
                    branch("r", node("Relu", "x", "s"), node("Neg", "s", "r"))
                        .addInitializer(floats("unread", 1)),
                    branch("r", node("Abs", "x", "s"), node("Exp", "s", "r"))
                        .addInitializer(floats("unread", 2))),
                node("Sigmoid", "y", "r")));
    assertThat(graph.outputs()).extracting(Value::name).containsExactly("y", "r");
    assertThat(graph.allValues().map(Value::name)).doesNotHaveDuplicates().hasSize(10);
    assertThat(run(graph, true)).containsExactly(-0.0, -2);
    assertThat(run(graph, false)).containsExactly(Math.exp(1), Math.exp(2));
  }

  @Test
  void anInputOfASubgraphMayHideWhatIsAround() {
    GraphProto.Builder then = branch("r", node("Neg", "k", "r")).addInitializer(floats("k", 3, 4));
    Graph graph =
        graph(around("y", choice("y", then, branch("k"))).addInitializer(floats("k", 1, 2)));
    assertThat(run(graph, true)).containsExactly(-3, -4);
    assertThat(run(graph, false)).containsExactly(1, 2);
  }

  @Test
  void aResultMayNotHideWhatIsAround() {
    GraphProto.Builder graph =
        around(
            "y",
            node("Neg", "x", "a"),
            choice("y", branch("a", node("Relu", "x", "a")), branch("x")));
    assertThatThrownBy(() -> graph(graph))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("Relu `a` defines `a`, which a graph around it defines too");
  }

  @Test
  void whatASubgraphDefinesIsNotSeenAround() {
    GraphProto.Builder graph =
        around(
            "z",
            choice("y", branch("a", node("Relu", "x", "a")), branch("x")),
            node("Neg", "a", "z"));
    assertThatThrownBy(() -> graph(graph))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("Neg `z` reads `a`, which nothing defines");
  }

  @Test
  void branchesThatDoNotFitTogether() {
    assertInvalid(
        choice("y", branch("x").addInput(value("p", DataType.FLOAT, 2)), branch("x")),
        "If: a branch has inputs");
    assertInvalid(
        choice("y", branch("x"), branch("x").addOutput(value("x", DataType.FLOAT, 2))),
        "If: then_branch has 1 output and else_branch 2");
    assertInvalid(choice("y z", branch("x"), branch("x")), "If has at most 1 result, 2 are named");
    assertInvalid(
        choice(
            "y",
            branch("x"),
            branch("a", node("Cast", "x", "a").addAttribute(attribute("to", 7L)))
                .setOutput(0, value("a", DataType.INT64, 2))),
        "If gives `x: f32[2]` or `a: i64[2]`; expected one element type");
    assertInvalid(
        node("If", "t", "y").addAttribute(graph("then_branch", branch("x"))),
        "If needs the attribute else_branch");
    assertThatThrownBy(
            () ->
                graph(
                    around(
                            "y",
                            choice(
                                "y",
                                branch("x"),
                                branch("a", node("Unsqueeze", "x axes", "a"))
                                    .setOutput(0, value("a", DataType.FLOAT, 1, 2))))
                        .setOutput(0, ValueInfoProto.newBuilder().setName("y"))
                        .addInitializer(longs("axes", 0))))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("If gives `x: f32[2]` or `a: f32[1, 2]`, of different ranks");
  }

  private static void assertInvalid(NodeProto.Builder choice, String message) {
    assertThatThrownBy(() -> graph(around("y", choice)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void resultsThatAreNoTensors() {
    ValueInfoProto sequence =
        ValueInfoProto.newBuilder()
            .setName("s")
            .setType(
                TypeProto.newBuilder()
                    .setSequenceType(
                        TypeProto.Sequence.newBuilder()
                            .setElemType(value("", DataType.FLOAT).getType())))
            .build();
    GraphProto.Builder then =
        GraphProto.newBuilder()
            .setName("b")
            .addOutput(sequence)
            .addNode(node("SequenceConstruct", "x", "s"));
    GraphProto.Builder around = around("y", choice("y", then, then));
    assertThatThrownBy(() -> graph(around))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("the result of If `y` `y` is declared as f32[2], but is seq(f32)");
    around.setOutput(0, sequence.toBuilder().setName("y"));
    assertThat(graph(around).outputs()).extracting(Value::toString).containsExactly("y: seq(f32)");
    then.setOutput(0, value("s", DataType.FLOAT, 2));
    assertThatThrownBy(() -> graph(around("y", choice("y", then, then))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("SequenceConstruct `s` `s` is declared as f32[2], but is seq(f32)");
  }

  /// Each call gives the values of the body's branches names of their own.
  @Test
  void functionsWithBranches() {
    FunctionProto function =
        FunctionProto.newBuilder()
            .setName("Choose")
            .setDomain("own")
            .addInput("t")
            .addInput("x")
            .addOutput("y")
            .addOpsetImport(opset("", 16))
            .addNode(node("Neg", "x", "n"))
            .addNode(
                choice("y", branch("r", node("Abs", "n", "r")), branch("r", node("Exp", "n", "r"))))
            .build();
    GraphProto.Builder graph =
        around(
            "z",
            node("Choose", "t x", "y").setDomain("own"),
            node("Choose", "t y", "z").setDomain("own"));
    Graph read =
        read(model(8, 16, graph).addOpsetImport(opset("own", 1)).addFunctions(function)).graph();
    assertThat(GraphVerifier.verify(read)).isEmpty();
    assertThat(run(read, true)).containsExactly(1, 2);
    assertThat(run(read, false)).containsExactly(Math.exp(-Math.E), Math.exp(-Math.exp(-2)));
  }
}
