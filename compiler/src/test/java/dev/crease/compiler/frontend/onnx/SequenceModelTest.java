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
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.TensorType;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Files with sequences and optionals.
class SequenceModelTest {
  private static ValueInfoProto sequence(ValueInfoProto tensor) {
    return wrapped(tensor, TypeProto.newBuilder().setSequenceType(element(tensor.getType())));
  }

  private static TypeProto.Sequence element(TypeProto type) {
    return TypeProto.Sequence.newBuilder().setElemType(type).build();
  }

  private static ValueInfoProto optional(ValueInfoProto held) {
    TypeProto.Optional type = TypeProto.Optional.newBuilder().setElemType(held.getType()).build();
    return wrapped(held, TypeProto.newBuilder().setOptionalType(type));
  }

  private static ValueInfoProto wrapped(ValueInfoProto value, TypeProto.Builder type) {
    return value.toBuilder().setType(type).build();
  }

  /// A tensor of no declared shape.
  private static ValueInfoProto unknown(String name) {
    ValueInfoProto.Builder value = value(name, DataType.FLOAT).toBuilder();
    value.getTypeBuilder().getTensorTypeBuilder().clearShape();
    return value.build();
  }

  private static GraphProto.Builder taking(ValueInfoProto sequence, ValueInfoProto output) {
    return GraphProto.newBuilder()
        .setName("taking")
        .addInput(sequence)
        .addInput(value("at", DataType.INT64))
        .addNode(node("SequenceAt", "s at", "y"))
        .addNode(node("Relu", "y", "z"))
        .addOutput(output);
  }

  private static Graph graph(GraphProto.Builder graph) {
    return read(model(8, 17, graph)).graph();
  }

  private static TensorType typeOf(String name, Graph graph) {
    return graph
        .allValues()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .type();
  }

  @Test
  void typesAreRead() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("types")
            .addInput(sequence(unknown("s")))
            .addInput(optional(value("o", DataType.INT64, 3)))
            .addInput(optional(sequence(unknown("q"))))
            .addNode(node("Identity", "s", "t"))
            .addOutput(sequence(value("t", DataType.FLOAT, 2)));
    assertThat(graph(graph).inputs())
        .extracting(Object::toString)
        .containsExactly("s: seq(f32)", "o: optional(i64)", "q: optional(seq(f32))");
    graph.setOutput(0, value("t", DataType.FLOAT, 2));
    assertThatThrownBy(() -> graph(graph))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("`t` is declared as f32[2], but is seq(f32)");
    graph.setInput(0, sequence(sequence(unknown("s"))));
    assertThatThrownBy(() -> graph(graph))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(
            "input `s` is of kind SEQUENCE_TYPE; inputs must be tensors, or sequences");
  }

  @Test
  void aRankIsDeclaredSomewhere() {
    ValueInfoProto z = unknown("z");
    assertThatThrownBy(() -> graph(taking(sequence(unknown("s")), z)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("SequenceAt `y`")
        .hasMessageContaining("the rank of the result of SequenceAt is not declared");
    // By the sequence; a name says nothing, since tensors may differ.
    ValueInfoProto s = sequence(symbolic("s", DataType.FLOAT, "N", 3));
    assertThat(typeOf("z", graph(taking(s, z)))).hasToString("f32[?1, 3]");
    // By a note inside the graph, whose sizes may be stale.
    GraphProto.Builder noted =
        taking(sequence(unknown("s")), z).addValueInfo(value("y", DataType.FLOAT, 2, 5));
    assertThat(typeOf("z", graph(noted)).rank()).isEqualTo(2);
    assertThat(typeOf("z", graph(noted)).dims()).allMatch(dim -> dim.dependsOnData());
  }

  @Test
  void whatMakesASequenceTellsTheRank() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("made")
            .addInput(value("x", DataType.FLOAT, 2, 3))
            .addInput(value("w", DataType.FLOAT, 4, 3))
            .addInput(value("at", DataType.INT64))
            .addNode(node("SequenceConstruct", "x w", "s"))
            .addNode(node("SequenceErase", "s at", "t"))
            .addNode(node("SequenceAt", "t at", "y"))
            .addNode(node("ConcatFromSequence", "t", "z").addAttribute(attribute("axis", 1)))
            .addOutput(unknown("y"))
            .addOutput(unknown("z"));
    assertThat(typeOf("y", graph(graph)).toString()).matches("f32\\[\\?\\d, 3]");
    assertThat(typeOf("z", graph(graph)).toString()).matches("f32\\[\\?\\d, \\?\\d]");
    graph.setInput(1, value("w", DataType.FLOAT, 4));
    assertThatThrownBy(() -> graph(graph)).isInstanceOf(UnsupportedModelException.class);
  }

  /// As exporters write lists that a loop fills: nothing says what is in them.
  @Test
  void whatALoopCollectsTellsTheRank() {
    GraphProto.Builder body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(value("i", DataType.INT64))
            .addInput(value("c", DataType.BOOL))
            .addInput(sequence(unknown("a")))
            .addNode(node("SequenceInsert", "a x", "b"))
            .addOutput(value("c", DataType.BOOL))
            .addOutput(sequence(unknown("b")));
    AttributeProto attribute =
        AttributeProto.newBuilder().setName("body").setType(AttributeType.GRAPH).setG(body).build();
    NodeProto.Builder loop =
        NodeProto.newBuilder()
            .setOpType("Loop")
            .addAllInput(List.of("n", "", "none"))
            .addOutput("all")
            .addAttribute(attribute);
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("collected")
            .addInput(value("x", DataType.FLOAT, 2, 3))
            .addInput(value("n", DataType.INT64))
            .addNode(NodeProto.newBuilder().setOpType("SequenceEmpty").addOutput("none"))
            .addNode(loop)
            .addNode(node("ConcatFromSequence", "all", "y").addAttribute(attribute("axis", -1)))
            .addOutput(unknown("y"));
    assertThat(typeOf("y", graph(graph)).toString()).matches("f32\\[2, \\?\\d]");
  }

  @Test
  void anOptionalHasAType() {
    TypeProto type = sequence(unknown("s")).getType();
    AttributeProto attribute =
        AttributeProto.newBuilder()
            .setName("type")
            .setType(AttributeType.TYPE_PROTO)
            .setTp(type)
            .build();
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("nothing")
            .addNode(
                NodeProto.newBuilder().setOpType("Optional").addOutput("o").addAttribute(attribute))
            .addOutput(optional(sequence(unknown("o"))));
    Graph read = graph(graph);
    assertThat(typeOf("o", read))
        .isEqualTo(TensorType.of(Holder.OPTIONAL_SEQUENCE, ElementType.FLOAT32));
    byte[] written = OnnxWriter.toBytes(dev.crease.compiler.ir.Model.of(read));
    assertThat(OnnxReader.read("m", written, OnnxOptions.DEFAULT).model().graph()).isEqualTo(read);
  }
}
