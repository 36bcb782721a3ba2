package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.floats;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.longs;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.Options;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Old forms mean what their specification said, by the double interpreter.
class OpsetUpgradeTest {
  private static final Tensor X = Tensor.of(new float[] {-3, -1, 0, 1, 2, 5}, 2, 3);

  /// Reads `y = node(x)` of this operator set and runs it.
  private static DoubleTensor run(
      int opset, NodeProto.Builder node, Tensor x, TensorProto.Builder... weights) {
    Graph graph = graph(opset, node, x, weights);
    return Interpreter.run(graph, Map.of("x", DoubleTensor.of(x))).get("y");
  }

  private static Graph graph(
      int opset, NodeProto.Builder node, Tensor x, TensorProto.Builder... weights) {
    String operator = OpsetUpgrade.currentName(node.getOpType(), opset);
    Assumptions.assumeTrue(
        Operators.find(operator).isPresent(), () -> "there is no operator " + operator + " yet");
    long[] dims = java.util.Arrays.stream(x.shape()).asLongStream().toArray();
    GraphProto.Builder graph =
        GraphProto.newBuilder().addInput(value("x", DataType.FLOAT, dims)).addNode(node);
    for (TensorProto.Builder weight : weights) {
      graph.addInitializer(weight);
    }
    Object[] unknown = {};
    node.getOutputList().stream()
        .filter(name -> !name.isEmpty())
        .forEach(
            name ->
                graph.addOutput(
                    symbolic(name, DataType.FLOAT, unknown).toBuilder().clearType().build()));
    return read(model(4, opset, graph)).graph();
  }

  private static NodeProto.Builder unary(String operator, AttributeProto... attributes) {
    return node(operator, "x", "y").addAllAttribute(List.of(attributes));
  }

  @Test
  void clip() {
    NodeProto.Builder both = unary("Clip", attribute("min", -2f), attribute("max", 1.5f));
    assertThat(run(6, both, X).data()).containsExactly(-2, -1, 0, 1, 1.5, 1.5);
    assertThat(run(10, unary("Clip", attribute("max", 0f)), X).data())
        .containsExactly(-3, -1, 0, 0, 0, 0);
    assertThat(run(9, unary("Clip"), X).data()).containsExactly(-3, -1, 0, 1, 2, 5);
  }

  @Test
  void slice() {
    NodeProto.Builder slice =
        unary(
            "Slice",
            attribute("starts", List.of(-2L)),
            attribute("ends", List.of(100L)),
            attribute("axes", List.of(1L)));
    DoubleTensor y = run(9, slice, X);
    assertThat(y.shape()).containsExactly(2, 2);
    assertThat(y.data()).containsExactly(-1, 0, 2, 5);
    NodeProto.Builder withoutAxes =
        unary("Slice", attribute("starts", List.of(1L, 0L)), attribute("ends", List.of(2L, 1L)));
    assertThat(run(9, withoutAxes, X).data()).containsExactly(1);
  }

  @Test
  void squeezeAndUnsqueeze() {
    DoubleTensor y = run(11, unary("Unsqueeze", attribute("axes", List.of(0L, 3L))), X);
    assertThat(y.shape()).containsExactly(1, 2, 3, 1);
    Tensor row = Tensor.of(new float[] {1, 2}, 1, 2, 1);
    assertThat(run(11, unary("Squeeze", attribute("axes", List.of(0L))), row).shape())
        .containsExactly(2, 1);
    assertThat(run(11, unary("Squeeze"), row).shape()).containsExactly(2);
  }

  @Test
  void reductions() {
    NodeProto.Builder mean =
        unary("ReduceMean", attribute("axes", List.of(1L)), attribute("keepdims", 0));
    assertThat(run(13, mean, X).data())
        .containsExactly(new double[] {-4 / 3.0, 8 / 3.0}, within(1e-12));
  }

  @Test
  void sums() {
    NodeProto.Builder sum =
        unary("ReduceSum", attribute("axes", List.of(0L)), attribute("keepdims", 1));
    DoubleTensor y = run(11, sum, X);
    assertThat(y.shape()).containsExactly(1, 3);
    assertThat(y.data()).containsExactly(-2, 1, 5);
  }

  @Test
  void softmaxOfAllAxesFromTheFirstOn() {
    Tensor cube = Tensor.of(new float[] {0, 1, 2, 3, 0, 0, 0, 0}, 2, 2, 2);
    DoubleTensor old = run(11, unary("Softmax"), cube);
    double sum = 1 + Math.E + Math.exp(2) + Math.exp(3);
    assertThat(old.shape()).containsExactly(2, 2, 2);
    assertThat(old.data())
        .containsExactly(
            new double[] {
              1 / sum, Math.E / sum, Math.exp(2) / sum, Math.exp(3) / sum, .25, .25, .25, .25
            },
            within(1e-12));
    DoubleTensor last = run(11, unary("Softmax", attribute("axis", -1)), cube);
    assertThat(last.data()[0]).isCloseTo(1 / (1 + Math.E), within(1e-12));
    DoubleTensor current = run(13, unary("Softmax"), cube);
    assertThat(current.data()).containsExactly(last.data());
    assertThat(graph(11, unary("Softmax", attribute("axis", 2)), cube).nodes()).hasSize(1);
  }

  @Test
  void logSoftmaxKeepsTheNodesName() {
    Tensor cube = Tensor.of(new float[8], 2, 2, 2);
    Graph graph = graph(11, unary("LogSoftmax").setName("loss"), cube);
    assertThat(graph.nodes().getLast().name()).isEqualTo("loss");
    assertThat(run(11, unary("LogSoftmax"), cube).data()[3]).isCloseTo(-Math.log(4), within(1e-12));
  }

  @Test
  void dropout() {
    assertThat(run(7, unary("Dropout", attribute("ratio", 0.5f)), X).data())
        .containsExactly(-3, -1, 0, 1, 2, 5);
    assertThat(run(10, unary("Dropout"), X).data()).containsExactly(-3, -1, 0, 1, 2, 5);
    GraphProto.Builder unread =
        GraphProto.newBuilder()
            .addInput(value("x", DataType.FLOAT, 2))
            .addNode(node("Dropout", "x", "y mask"))
            .addOutput(value("y", DataType.FLOAT, 2));
    assertThat(read(model(4, 7, unread)).graph().nodes()).hasSize(1);
  }

  /// The mask became one of booleans in version 10. Other than training, nothing is dropped.
  @ParameterizedTest
  @CsvSource({"6, FLOAT32", "7, FLOAT32", "9, FLOAT32", "10, BOOL", "11, BOOL", "12, BOOL"})
  void maskOfDropout(int opset, ElementType type) {
    NodeProto.Builder dropout = node("Dropout", "x", "z y");
    if (opset == 6) {
      dropout.addAttribute(attribute("is_test", 1));
    }
    GraphProto.Builder around =
        GraphProto.newBuilder()
            .setName("mask")
            .addInput(symbolic("x", DataType.FLOAT, "N", 3))
            .addNode(dropout)
            .addOutput(ValueInfoProto.newBuilder().setName("y"));
    Model model = read(model(4, opset, around));
    Graph graph = model.graph();
    assertThat(graph.outputs())
        .extracting(Value::type)
        .extracting(TensorType::element)
        .containsExactly(type);
    double[] ones = {1, 1, 1, 1, 1, 1};
    Tensor mask = new DoubleTensor(type, new int[] {2, 3}, ones).toTensor();
    assertThat(Interpreter.run(graph, Map.of("x", DoubleTensor.of(X))).get("y").toTensor())
        .isEqualTo(mask);
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      assertThat(session.run(Map.of("x", X))).containsExactly(Map.entry("y", mask));
    }
  }

  @Test
  void aMaskThatIsDeclaredOfAnotherTypeIsRefused() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", DataType.FLOAT, 2))
            .addNode(node("Dropout", "x", "y mask"))
            .addOutput(value("mask", DataType.BOOL, 2));
    assertThatThrownBy(() -> read(model(4, 7, graph)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("`mask` is declared as bool[2], but is f32[2]");
  }

  @Test
  void batchNormalization() {
    TensorProto.Builder[] parameters = {
      floats("s", 1, 2, 3), floats("b", 0, 0, 1), floats("m", 0, 1, 2), floats("v", 1, 4, 9)
    };
    NodeProto.Builder norm =
        node("BatchNormalization", "x s b m v", "y").addAttribute(attribute("epsilon", 0f));
    double[] expected = {-3, -2, -1, 1, 1, 4};
    assertThat(run(9, norm, X, parameters).data()).containsExactly(expected, within(1e-12));
    norm.addAttribute(attribute("spatial", 1));
    assertThat(run(7, norm, X, parameters).data()).containsExactly(expected, within(1e-12));
    norm.setAttribute(1, attribute("spatial", 0));
    assertThatThrownBy(() -> run(7, norm, X, parameters))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("spatial = 0");
  }

  /// With more than one result, the statistics are those of the batch.
  @Test
  void trainingByResults() {
    TensorProto.Builder[] parameters = {
      floats("s", 1, 2, 3), floats("b", 0, 0, 1), floats("m", 0, 1, 2), floats("v", 1, 4, 9)
    };
    NodeProto.Builder norm =
        node("BatchNormalization", "x s b m v", "y mean var")
            .addAttribute(attribute("epsilon", 0f));
    assertThat(run(9, norm, X, parameters).data())
        .containsExactly(new double[] {-1, -2, -2, 1, 2, 4}, within(1e-12));
    norm.setOutput(0, "z").setOutput(1, "y");
    assertThat(run(13, norm, X, parameters).data())
        .containsExactly(new double[] {-0.1, 0.95, 2.05}, within(1e-7));
    norm.addOutput("saved_mean");
    assertThatThrownBy(() -> run(13, norm, X, parameters))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("a result that only an older form of its operator had");
  }

  @Test
  void pad() {
    NodeProto.Builder pad =
        unary("Pad", attribute("pads", List.of(0L, 1L, 0L, 0L)), attribute("value", 7f));
    assertThat(run(10, pad, X).data()).containsExactly(7, -3, -1, 0, 7, 1, 2, 5);
  }

  @Test
  void split() {
    NodeProto.Builder sizes =
        node("Split", "x", "z y")
            .addAttribute(attribute("axis", 1))
            .addAttribute(attribute("split", List.of(1L, 2L)));
    assertThat(run(11, sizes, X).data()).containsExactly(-1, 0, 2, 5);
    NodeProto.Builder even = node("Split", "x", "z y").addAttribute(attribute("axis", 0));
    assertThat(run(13, even, X).data()).containsExactly(1, 2, 5);
  }

  @Test
  void upsample() {
    Tensor image = Tensor.of(new float[] {1, 2}, 1, 1, 1, 2);
    AttributeProto scales =
        AttributeProto.newBuilder()
            .setName("scales")
            .setType(AttributeProto.AttributeType.FLOATS)
            .addAllFloats(List.of(1f, 1f, 2f, 2f))
            .build();
    DoubleTensor y = run(7, unary("Upsample", scales), image);
    assertThat(y.shape()).containsExactly(1, 1, 2, 4);
    assertThat(y.data()).containsExactly(1, 1, 2, 2, 1, 1, 2, 2);
    assertThat(run(9, node("Upsample", "x s", "y"), image, floats("s", 1, 1, 2, 2)).data())
        .containsExactly(1, 1, 2, 2, 1, 1, 2, 2);
    assertThat(run(10, node("Resize", "x s", "y"), image, floats("s", 1, 1, 1, 2)).data())
        .containsExactly(1, 1, 2, 2);
  }

  @Test
  void scatter() {
    NodeProto.Builder node = node("Scatter", "x i u", "y").addAttribute(attribute("axis", 1));
    TensorProto.Builder places = longs("i", 2, 0).clearDims().addDims(2).addDims(1);
    TensorProto.Builder updates = floats("u", 7, 8).clearDims().addDims(2).addDims(1);
    assertThat(run(9, node, X, places, updates).data()).containsExactly(-3, -1, 7, 8, 2, 5);
  }

  @Test
  void gridSampleModes() {
    Tensor image = Tensor.of(new float[] {1, 3}, 1, 1, 1, 2);
    TensorProto.Builder centre = floats("g", 0, 0).clearDims();
    List.of(1L, 1L, 1L, 2L).forEach(centre::addDims);
    NodeProto.Builder linear = node("GridSample", "x g", "y");
    assertThat(run(16, linear.addAttribute(attribute("mode", "bilinear")), image, centre).data())
        .containsExactly(2);
    assertThat(run(16, node("GridSample", "x g", "y"), image, centre).data()).containsExactly(2);
  }

  @Test
  void regionsWereNotShifted() {
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 2, 2);
    TensorProto.Builder region = floats("r", 0, 0, 1, 1).clearDims().addDims(1).addDims(4);
    NodeProto.Builder node = node("RoiAlign", "x r b", "y");
    // One sample in the middle of the region: at pixel (0.5, 0.5), now at (0, 0).
    assertThat(run(10, node, image, region, longs("b", 0)).data()).containsExactly(2.5);
    assertThat(run(16, node, image, region, longs("b", 0)).data()).containsExactly(1);
  }

  @Test
  void resizeAsTensorflowDid() {
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4, 5}, 1, 1, 1, 5);
    NodeProto.Builder resize =
        node("Resize", "x roi s", "y")
            .addAttribute(attribute("coordinate_transformation_mode", "tf_half_pixel_for_nn"))
            .addAttribute(attribute("nearest_mode", "floor"));
    DoubleTensor y = run(11, resize, image, floats("roi"), floats("s", 1, 1, 1, 0.6f));
    // floor((i + 0.5) / 0.6) for i = 0, 1, 2
    assertThat(y.data()).containsExactly(1, 3, 5);
    resize.setAttribute(1, attribute("nearest_mode", "ceil"));
    DoubleTensor up = run(11, resize, image, floats("roi"), floats("s", 1, 1, 1, 0.6f));
    assertThat(up.data()).containsExactly(2, 4, 5);
    resize.setAttribute(1, attribute("mode", "linear"));
    DoubleTensor line = run(13, resize, image, floats("roi"), floats("s", 1, 1, 1, 0.5f));
    // (i + 0.5) / 0.5 for i = 0, 1
    assertThat(line.data()).containsExactly(2, 4);
  }

  @Test
  void broadcasting() {
    NodeProto.Builder byRow =
        node("Add", "x w", "y")
            .addAttribute(attribute("broadcast", 1))
            .addAttribute(attribute("axis", 0));
    assertThat(run(6, byRow, X, floats("w", 10, 20)).data()).containsExactly(7, 9, 10, 21, 22, 25);
    byRow.setAttribute(1, attribute("axis", -1));
    assertThat(run(6, byRow, X, floats("w", 1, 2, 3)).data()).containsExactly(-2, 1, 3, 2, 4, 8);
    byRow.removeAttribute(1);
    assertThat(run(6, byRow, X, floats("w", 1, 2, 3)).data()).containsExactly(-2, 1, 3, 2, 4, 8);
    NodeProto.Builder outside =
        node("Add", "x w", "y")
            .addAttribute(attribute("broadcast", 1))
            .addAttribute(attribute("axis", 2));
    assertThatThrownBy(() -> run(6, outside, X, floats("w", 1, 2, 3)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("Add `y`")
        .hasMessageContaining("axis 2");
  }

  @Test
  void slopesOfChannels() {
    Tensor picture = Tensor.of(new float[] {-1, -2, -3, -4}, 1, 2, 1, 2);
    DoubleTensor y = run(6, node("PRelu", "x w", "y"), picture, floats("w", 10, 100));
    assertThat(y.data()).containsExactly(-10, -20, -300, -400);
  }

  @Test
  void trainingBeforeVersion7IsRefused() {
    NodeProto.Builder dropout = unary("Dropout", attribute("is_test", 1));
    assertThat(run(6, dropout, X).data()).containsExactly(-3, -1, 0, 1, 2, 5);
    assertThatThrownBy(() -> run(6, unary("Dropout"), X))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("is_test");
  }

  /// The specification takes a vector for a batch of one channel.
  @Test
  void batchNormalizationOfAVector() {
    TensorProto.Builder[] parameters = {
      floats("x", 3, 5, 7), floats("s", 2), floats("b", 1), floats("m", 3), floats("v", 4)
    };
    NodeProto.Builder norm =
        node("BatchNormalization", "x s b m v", "y").addAttribute(attribute("epsilon", 0f));
    GraphProto.Builder graph = GraphProto.newBuilder().addNode(norm);
    for (TensorProto.Builder parameter : parameters) {
      graph.addInitializer(parameter);
    }
    graph.addOutput(ValueInfoProto.newBuilder().setName("y"));
    Graph read = read(model(8, 15, graph)).graph();
    assertThat(Interpreter.run(read, Map.of()).get("y").data()).containsExactly(1, 3, 5);
    norm.addAttribute(attribute("training_mode", 1));
    GraphProto.Builder training = graph.clearNode().addNode(norm);
    assertThatThrownBy(() -> read(model(8, 15, training)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("training on a vector");
  }

  @Test
  void topK() {
    NodeProto.Builder node = node("TopK", "x", "y i").addAttribute(attribute("k", 2));
    assertThat(run(7, node, X).data()).containsExactly(0, -1, 5, 2);
  }

  @Test
  void currentFormsStayAsTheyAre() {
    TensorProto.Builder axes = longs("axes", 0);
    assertThat(run(13, node("Unsqueeze", "x axes", "y"), X, axes).shape()).containsExactly(1, 2, 3);
  }
}
