package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An `If` whose branches give different ranks, of which what comes after takes one: how exporters
/// write `x.squeeze(1)` where they do not know the size.
class FittingBranchTest {
  private static AttributeProto branch(String name, NodeProto.Builder node) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName(name)
            .addNode(node)
            .addOutput(ValueInfoProto.newBuilder().setName(node.getOutput(0)));
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  /// `y` is `x`, `f32[N, M]`, without its axis 1 if `t`, else `x` as it is.
  private static NodeProto.Builder squeezedIf(String condition, String y) {
    return node("If", condition, y)
        .addAttribute(branch("then_branch", node("Squeeze", "x one", y + ".less")))
        .addAttribute(branch("else_branch", node("Identity", "x", y + ".same")));
  }

  private static Graph graph(NodeProto.Builder... nodes) {
    return graph(GraphProto.newBuilder(), nodes);
  }

  private static Graph graph(GraphProto.Builder begun, NodeProto.Builder... nodes) {
    GraphProto.Builder graph =
        begun
            .setName("around")
            .addInput(value("t", DataType.BOOL))
            .addInput(value("u", DataType.BOOL))
            .addInput(symbolic("x", DataType.FLOAT, "N", "M"))
            .addInitializer(OnnxBuilders.longs("one", 1))
            .addOutput(ValueInfoProto.newBuilder().setName("z"));
    List.of(nodes).forEach(graph::addNode);
    Graph read = read(model(8, 16, graph)).graph();
    assertThat(GraphVerifier.verify(read)).isEmpty();
    return read;
  }

  private static DoubleTensor run(Graph graph, boolean t) {
    return Interpreter.run(
            graph,
            Map.of(
                "t", new DoubleTensor(ElementType.BOOL, new int[0], new double[] {t ? 1 : 0}),
                "u", new DoubleTensor(ElementType.BOOL, new int[0], new double[] {1}),
                "x",
                    new DoubleTensor(
                        ElementType.FLOAT32, new int[] {3, 1}, new double[] {1, -2, 3})))
        .get("z");
  }

  @Test
  void theBranchThatFitsIsRead() {
    NodeProto.Builder rows =
        node("Transpose", "y", "z").addAttribute(attribute("perm", List.of(1L, 0L)));
    Graph graph = graph(squeezedIf("t", "y"), rows);
    assertThat(graph.nodes()).noneMatch(node -> !node.subgraphs().isEmpty());
    assertThat(graph.nodes()).anyMatch(node -> node.op().equals(new Expect(false)));
    assertThat(run(graph, false).shape()).containsExactly(1, 3);
  }

  /// ONNX has no form for the check, so a file has the branch alone.
  @Test
  void inAFileTheBranchThatFitsIsAllThereIs() {
    NodeProto.Builder rows =
        node("Transpose", "y", "z").addAttribute(attribute("perm", List.of(1L, 0L)));
    Graph graph = graph(squeezedIf("t", "y"), rows);
    byte[] written = OnnxWriter.toBytes(Model.of(graph));
    Graph again = OnnxReader.read("again", written, OnnxOptions.DEFAULT).model().graph();
    assertThat(again.inputs()).isEqualTo(graph.inputs());
    assertThat(again.outputs()).isEqualTo(graph.outputs());
    assertThat(again.nodes()).noneMatch(node -> node.op() instanceof Expect);
    assertThat(again.nodes()).allMatch(node -> node.subgraphs().isEmpty());
    for (boolean t : new boolean[] {false, true}) {
      assertThat(run(again, t).toTensor()).isEqualTo(run(graph, false).toTensor());
    }
  }

  @Test
  void aRunThatTakesTheOtherOneEndsWithAnError() {
    NodeProto.Builder rows =
        node("Transpose", "y", "z").addAttribute(attribute("perm", List.of(1L, 0L)));
    Graph graph = graph(squeezedIf("t", "y"), rows);
    assertThatThrownBy(() -> run(graph, true))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("only the other branch fits");
  }

  @Test
  void severalSuchChoicesAreMadeOneAfterTheOther() {
    NodeProto.Builder product =
        node("Transpose", "y", "w").addAttribute(attribute("perm", List.of(0L)));
    NodeProto.Builder rows =
        node("Transpose", "v", "z").addAttribute(attribute("perm", List.of(1L, 0L)));
    Graph graph = graph(squeezedIf("t", "y"), squeezedIf("u", "v"), product, rows);
    assertThat(graph.nodes().stream().filter(node -> node.op() instanceof Expect).map(n -> n.op()))
        .containsExactly(new Expect(true), new Expect(false));
  }

  @Test
  void whereBothFitItIsRefused() {
    assertThatThrownBy(() -> graph(squeezedIf("t", "y"), node("Relu", "y", "z")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("of different ranks, either of which fits");
  }

  @Test
  void whereBothFitTheDeclaredRankTellsWhichIsRead() {
    GraphProto.Builder declared =
        GraphProto.newBuilder().addValueInfo(symbolic("y", DataType.FLOAT, "N"));
    Graph graph = graph(declared, squeezedIf("t", "y"), node("Relu", "y", "z"));
    assertThat(graph.nodes()).anyMatch(node -> node.op().equals(new Expect(true)));
    assertThat(run(graph, true).shape()).containsExactly(3);
  }

  @Test
  void whereNoneFitsTheModelIsInvalid() {
    NodeProto.Builder reader =
        node("Transpose", "y", "z").addAttribute(attribute("perm", List.of(0L, 1L, 2L)));
    assertThatThrownBy(() -> graph(squeezedIf("t", "y"), reader))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("of different ranks, neither of which fits");
  }
}
