package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Branches that give one number in different ranks: `s` is a scalar, `v` is `f32[1]`.
class OpenRanksTest {
  private static AttributeProto branch(String name, String output, NodeProto.Builder... nodes) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName(name)
            .addOutput(ValueInfoProto.newBuilder().setName(output));
    List.of(nodes).forEach(graph::addNode);
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  /// `n` is `s` if `t`, else `-v`.
  private static NodeProto.Builder choice() {
    return node("If", "t", "n")
        .addAttribute(branch("then_branch", "a", node("Identity", "s", "a")))
        .addAttribute(branch("else_branch", "b", node("Neg", "v", "b")));
  }

  private static Graph graph(NodeProto.Builder... nodes) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("around")
            .addInput(value("t", DataType.BOOL))
            .addInput(value("s", DataType.FLOAT))
            .addInput(value("v", DataType.FLOAT, 1))
            .addInput(value("x", DataType.FLOAT, 2))
            .addOutput(ValueInfoProto.newBuilder().setName("y"));
    List.of(nodes).forEach(graph::addNode);
    Graph read = read(model(8, 16, graph)).graph();
    assertThat(GraphVerifier.verify(read)).isEmpty();
    return read;
  }

  private static DoubleTensor run(Graph graph, boolean condition) {
    Map<String, DoubleTensor> inputs =
        Map.of(
            "t",
            new DoubleTensor(ElementType.BOOL, new int[0], new double[] {condition ? 1 : 0}),
            "s",
            DoubleTensor.of(Tensor.of(new float[] {3})),
            "v",
            DoubleTensor.of(Tensor.of(new float[] {5}, 1)),
            "x",
            DoubleTensor.of(Tensor.of(new float[] {-1, 2}, 2)));
    return Interpreter.run(graph, inputs).get("y");
  }

  @ParameterizedTest
  @CsvSource({"true, -3, 6", "false, 5, -10"})
  void aNumberThatIsBroadcastMayHaveAnyRank(boolean condition, double first, double second) {
    DoubleTensor y = run(graph(choice(), node("Mul", "x n", "y")), condition);
    assertThat(y.shape()).containsExactly(2);
    assertThat(y.data()).containsExactly(first, second);
  }

  @ParameterizedTest
  @CsvSource({"true, 5, 8", "false, -11, -8"})
  void whatIsComputedOfItAloneHasAnOpenRankToo(boolean condition, double first, double second) {
    Graph graph =
        graph(
            choice(),
            node("Add", "n n", "d"),
            node("Cast", "d", "c").addAttribute(attribute("to", 1)),
            node("Add", "c x", "y"));
    DoubleTensor y = run(graph, condition);
    assertThat(y.shape()).containsExactly(2);
    assertThat(y.data()).containsExactly(first, second);
  }

  @Test
  void aBranchMayGiveWhatABranchInItGives() {
    NodeProto.Builder outer =
        node("If", "t", "m")
            .addAttribute(branch("then_branch", "n", choice()))
            .addAttribute(branch("else_branch", "e", node("Identity", "v", "e")));
    Graph graph = graph(outer, node("Mul", "x m", "y"));
    assertThat(run(graph, true).data()).containsExactly(-3, 6);
    assertThat(run(graph, false).data()).containsExactly(-5, 10);
  }

  @Test
  void whereTheRankMattersItIsRefused() {
    assertRefused("a graph's output", choice(), node("Abs", "n", "y"));
    assertRefused(
        "Concat", choice(), node("Concat", "n v", "y").addAttribute(attribute("axis", 0)));
    assertRefused("Shape", choice(), node("Shape", "n", "y"));
  }

  private static void assertRefused(String reader, NodeProto.Builder... nodes) {
    assertThatThrownBy(() -> graph(nodes))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("either f32[] or f32[1], and " + reader + " tells a difference");
  }
}
