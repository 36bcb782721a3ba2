package dev.crease.compiler.folding;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.floats;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.raw;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.tensor;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.onnx.OnnxImport;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a file says that keeps a normalization where it is, or the file from being compiled.
class RefusedFilesTest {
  private static NodeProto.Builder norm(String results) {
    return node("BatchNormalization", "t s s s s", results);
  }

  private static GraphProto.Builder graph(NodeProto.Builder norm) {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x", DataType.FLOAT, 1, 2, 3, 3))
        .addInitializer(tensor("w", DataType.FLOAT, 2, 2, 1, 1).setRawData(raw(1, 2, 3, 4)))
        .addInitializer(floats("s", 1, 2))
        .addNode(node("Conv", "x w", "t"))
        .addNode(norm)
        .addOutput(value("y", DataType.FLOAT, 1, 2, 3, 3));
  }

  private static PassReport optimized(Graph graph) {
    return new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
  }

  /// Callers may override what is an input; before IR version 4 all initializers had to be listed.
  @ParameterizedTest
  @ValueSource(strings = {"w", "s"})
  void initializersThatAreInputs(String name) {
    GraphProto.Builder graph = graph(norm("y"));
    graph.addInput(
        name.equals("w") ? value("w", DataType.FLOAT, 2, 2, 1, 1) : value("s", DataType.FLOAT, 2));
    assertThat(optimized(read(model(3, 8, graph)).graph()).normalizationsLeft()).isEmpty();
    ModelProto.Builder overridable = model(4, 15, graph);
    assertThat(optimized(read(overridable).graph()).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("`%s` is an input with an overridable default".formatted(name));
    OnnxImport lifted = read(overridable, new OnnxOptions(true));
    assertThat(lifted.unlocked()).containsExactly(name);
    assertThat(optimized(lifted.model().graph()).normalizationsLeft()).isEmpty();
  }

  @Test
  void statisticsForEachElement() {
    NodeProto.Builder norm = norm("y").addAttribute(attribute("spatial", 0));
    assertThatThrownBy(() -> read(model(3, 8, graph(norm))))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("spatial = 0 (a mean and variance for each element)");
  }

  /// They are those of the batch, before version 14 as by training_mode.
  @Test
  void runningStatisticsThatAreAskedFor() {
    assertThat(optimized(read(model(8, 13, graph(norm("y m v")))).graph()).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("training_mode = 1");
    assertThatThrownBy(() -> read(model(8, 15, graph(norm("y m v")))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("BatchNormalization has at most 1 result, 3 are named");
    NodeProto.Builder training = norm("y m v").addAttribute(attribute("training_mode", 1));
    assertThat(optimized(read(model(8, 15, graph(training))).graph()).normalizationsLeft())
        .singleElement()
        .asString()
        .contains("training_mode = 1");
  }

  /// A clamp has bounds for each channel; the normalization tells how many there are.
  @Test
  void channelsThatAreNotTold() {
    GraphProto.Builder graph =
        graph(node("BatchNormalization", "x s s s s", "n"))
            .setInput(0, symbolic("x", DataType.FLOAT, 1, "C", 3, 3))
            .removeNode(0)
            .addNode(node("Relu", "n", "r"))
            .addNode(node("Conv", "r w", "y"));
    assertThat(optimized(read(model(8, 15, graph)).graph()).normalizationsLeft()).isEmpty();
  }

  @Test
  void quantizedWeights() {
    GraphProto.Builder graph = graph(norm("y"));
    graph.getNodeBuilder(0).setInput(1, "real");
    graph.addNode(0, node("DequantizeLinear", "w s", "real"));
    assertThatThrownBy(() -> read(model(8, 15, graph)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("DequantizeLinear");
  }
}
